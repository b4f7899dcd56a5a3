package reading

import (
	"regexp"
	"strings"
)

// maxUnit is the longest name of a unit, in characters.
const maxUnit = 50

// units are the common ones of ОКЕИ (ОК 015-94): the code, the name as it is
// printed, and other ways to write it, folded and without a point at the end.
var units = []struct{ code, name, others string }{
	{"003", "мм", "миллиметр mm"},
	{"004", "см", "сантиметр cm"},
	{"005", "дм", "дециметр dm"},
	{"006", "м", "метр m mtr"},
	{"008", "км", "километр km"},
	{"018", "пог. м", "пог.м погм м/п м.п мп п.м п/м пм погонный_метр пог_м м_п м._п п._м пог.метр"},
	{"019", "тыс. пог. м", "1000_пог._м"},
	{"050", "мм2", "мм² mm2"},
	{"051", "см2", "см² cm2 кв.см кв._см"},
	{"053", "дм2", "дм² dm2"},
	{"055", "м2", "м² m2 m² кв.м кв._м кв_м м.кв м._кв м_кв квадратный_метр кв.метр"},
	{"110", "мм3", "мм³"},
	{"111", "мл", "миллилитр ml см3 см³ куб.см куб._см"},
	{"112", "л", "литр l ltr дм3 дм³ лит"},
	{"113", "м3", "м³ m3 куб.м куб._м куб_м м.куб м._куб м_куб кубический_метр"},
	{"118", "дл", "децилитр"},
	{"122", "дал", "декалитр"},
	{"161", "мг", "миллиграмм mg"},
	{"162", "кар", "карат метрический_карат"},
	{"163", "г", "грамм гр g грм"},
	{"166", "кг", "килограмм kg kgm кило"},
	{"168", "т", "тонна t тн тонн tne"},
	{"206", "ц", "центнер"},
	{"214", "кВт", "киловатт"},
	{"222", "В", "вольт"},
	{"245", "кВт·ч", "квт.ч квт*ч квт-ч киловатт-час"},
	{"355", "мин", "минута"},
	{"356", "ч", "час часов"},
	{"359", "сут", "сутки день дн"},
	{"362", "мес", "месяц"},
	{"366", "год", "г. лет"},
	{"383", "руб", "рубль"},
	{"616", "боб", "бобина катушка бухта бух"},
	{"625", "лист", "л. листов"},
	{"626", "100 листов", "100_лист"},
	{"630", "тыс. шт. усл. кирп", "тыс._усл._кирп"},
	{"639", "доз", "доза"},
	{"642", "ед", "единица"},
	{"657", "изд", "изделие"},
	{"683", "100 ящ", "сто_ящиков"},
	{"698", "место", "мест"},
	{"704", "набор", "наб set"},
	{"715", "пар", "пара pair pr npr пары пара_(2_шт.)"},
	{"728", "пач", "пачка пачки"},
	{"730", "20", "два_десятка"},
	{"732", "10 пар", "десять_пар"},
	{"733", "дюж пар", "дюжина_пар"},
	{"734", "посыл", "посылка"},
	{"735", "часть", "част"},
	{"736", "рул", "рулон roll рулонов рулоны"},
	{"737", "дюж рул", "дюжина_рулонов"},
	{"740", "дюж шт", "дюжина дюжина_штук"},
	{"745", "элем", "элемент"},
	{"778", "упак", "уп упаковка pack pk package упаков упаковок"},
	{"780", "дюж упак", "дюжина_упаковок"},
	{"781", "100 упак", "сто_упаковок"},
	{"796", "шт", "штука штук pcs pce pc pieces piece ea each штуки шт.ук"},
	{"797", "100 шт", "сто_штук 100_штук"},
	{"798", "тыс. шт", "тыс.шт 1000_шт тысяча_штук тыс_шт"},
	{"799", "млн шт", "миллион_штук млн.шт"},
	{"812", "ящ", "ящик короб кор коробка box"},
	{"837", "набор", "н-р"},
	{"839", "компл", "комплект к-т кт kit комп компл-т"},
	{"840", "секц", "секция"},
	{"868", "бут", "бутылка бутылок"},
	{"869", "тыс. бут", "тысяча_бутылок"},
	{"870", "амп", "ампула"},
	{"872", "флак", "флакон фл"},
	{"876", "усл. ед", "усл.ед условная_единица"},
	{"881", "усл. банк", "усл.банк банка бан"},
	{"908", "номер", "номеров"},
}

var unitByCode, unitByName = unitTables()

func unitTables() (byCode, byName map[string]Unit) {
	byCode, byName = map[string]Unit{}, map[string]Unit{}
	for _, u := range units {
		unit := Unit{Code: u.code, Name: u.name}
		byCode[u.code] = unit
		for _, name := range append(strings.Fields(u.others), strings.ReplaceAll(u.name, " ", "_")) {
			name = unitKey(strings.ReplaceAll(name, "_", " "))
			if _, has := byName[name]; !has {
				byName[name] = unit
			}
		}
	}
	return byCode, byName
}

func unitKey(name string) string { return strings.TrimRight(fold(clean(name)), ".") }

var (
	allDigits = regexp.MustCompile(`^[0-9]+$`)
	unitCode  = regexp.MustCompile(`^([0-9]{3,4})(?:[ ,;:-]+(.*))?$`)
)

// unitOf makes a unit of a code of ОКЕИ and a name, either of which may be
// missing or wrong. A code that the table does not know is kept when it may be
// one; a name that it knows is written as ОКЕИ does. A name counts for more than
// a code that contradicts it.
func unitOf(code, name string) Unit {
	code, name = clean(code), clean(name)
	if len(code) == 4 && code[0] == '0' && unitByCode[code[1:]].Code != "" {
		code = code[1:]
	}
	if m := unitCode.FindStringSubmatch(code); m == nil || m[2] != "" {
		code = ""
	}
	if longer(name, maxUnit) || allDigits.MatchString(name) {
		name = ""
	}
	known, has := unitByName[unitKey(name)]
	switch {
	case has && (code == "" || unitByCode[code].Code != ""):
		if code != "" && unitByCode[code].Name == known.Name {
			known.Code = code
		}
		return known
	case has:
		return Unit{Code: code, Name: known.Name}
	case name == "":
		if known, has := unitByCode[code]; has {
			return known
		}
	}
	return Unit{Code: code, Name: name}
}

// parseUnit reads a name, a code, or both: "шт", "796", "0796 шт"; false when it
// is neither.
func parseUnit(s string) (Unit, bool) {
	s = clean(s)
	u := unitOf("", s)
	if m := unitCode.FindStringSubmatch(s); m != nil && unitByName[unitKey(s)].Name == "" {
		u = unitOf(m[1], m[2])
	}
	return u, u != Unit{}
}

func unitValue(u Unit, line int) *value {
	v := &value{kind: objectKind, line: line}
	v.set("code", u.Code, line)
	v.set("name", u.Name, line)
	return v
}
