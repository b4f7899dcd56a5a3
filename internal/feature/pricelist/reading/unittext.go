package reading

// String is the shortest text that is read as the unit: its name, its code, or
// both, as in "778 блок".
func (u Unit) String() string {
	for _, s := range []string{u.Name, u.Code} {
		if read, ok := parseUnit(s); ok && read == u {
			return s
		}
	}
	return clean(u.Code + " " + u.Name)
}
