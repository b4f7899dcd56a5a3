package api

import "zakup/internal/platform/fault"

// StatusOf is the status that a fault answers with, 0 when its kind is not in
// the table.
func StatusOf(e *fault.Error) int { return statuses[e.Kind] }
