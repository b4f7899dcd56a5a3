package reading

import "strings"

// knownXML refuses documents of XML that are met in place of a price list, each
// by its name, with what to send instead; nil when it knows nothing better than
// that it is XML.
func knownXML(head, root string) error {
	const (
		askRU = "Пришлите прайс-лист в YML, CommerceML, XLSX, CSV, YAML или JSON"
		askEN = "Send the price list as YML, CommerceML, XLSX, CSV, YAML or JSON"
	)
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(head, part) {
				return true
			}
		}
		return false
	}
	switch {
	case root == "root" && has("<list-item", "<goods"):
		return notRead("список товаров в XML (root, goods, list-item)", "a list of goods in XML (root, goods, list-item)",
			"Пришлите тот же список в YAML или JSON", "Send the same list as YAML or JSON")
	case root == "shop" && has("<items", "<item", "<catalog"), root == "price" && has("<items"):
		return notRead("выгрузку Prom.ua (shop, items)", "an export of Prom.ua (shop, items)",
			"Выгрузите YML (yml_catalog) или таблицу XLSX", "Export YML (yml_catalog) or an XLSX table")
	case root == "Файл" && has("ON_NSCHFDOP", `КНД="1115131"`, `КНД="1115125"`):
		return notRead("электронный УПД или счёт-фактуру", "an electronic UPD, the invoice of a delivery", askRU, askEN)
	case root == "Файл" && has("DP_TOVTORG", `КНД="1175010"`, `КНД="1175004"`):
		return notRead("электронную накладную ТОРГ-12", "an electronic TORG-12, the waybill of a delivery", askRU, askEN)
	case root == "Файл":
		return notRead("электронный документ (Файл)", "an electronic document (Файл)", askRU, askEN)
	case root == "urlset", root == "sitemapindex":
		return notRead("карту сайта (sitemap)", "a site map", askRU, askEN)
	case strings.HasSuffix(root, ":Envelope"), root == "Envelope":
		return notRead("сообщение SOAP", "a SOAP message", askRU, askEN)
	case root == "Error", root == "error":
		return notRead("сообщение об ошибке вместо файла", "a message of an error in place of the file",
			"Проверьте ссылку и пришлите сам прайс-лист", "Check the link, and send the price list itself")
	}
	return nil
}
