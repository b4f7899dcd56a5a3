package catalog

// SetMost makes it much when more than so many offers are found.
func (c *Catalog) SetMost(n int64) { c.most = n }
