package paper

// paginate distributes rows over pages: first is the room of the first page, rest
// that of the others, and end what stands behind the last row on its page. No row
// is split, and a row that keeps is on the page of the next one. The first page may
// stay without rows, when its own texts leave no room for the first of them.
func paginate(rows []row, first, rest, end float64) [][]row {
	var pages [][]row
	room, used, begin := first, 0.0, 0
	for at := 0; at < len(rows); {
		next, need := at, 0.0
		for more := true; more; next++ {
			need += rows[next].height
			more = rows[next].keep && next+1 < len(rows)
		}
		if next == len(rows) {
			need += end
		}
		if used+need > room && (at > begin || len(pages) == 0) {
			pages = append(pages, rows[begin:at])
			room, used, begin = rest, 0, at
		}
		used += need
		at = next
	}
	return append(pages, rows[begin:])
}
