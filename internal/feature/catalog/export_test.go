package catalog

// SetWays makes each way to a page begin at so many offers.
func (c *Catalog) SetWays(sorted, streamed int64) { c.ways = ways{sorted, streamed} }
