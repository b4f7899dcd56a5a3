package picture

import (
	"context"
	"testing"
)

// ErrOther is errOther.
var ErrOther = errOther

// Steps takes a walk and returns what does its next step.
func (p *Pictures) Steps(ctx context.Context, t *testing.T) func() error {
	t.Helper()
	w, err := p.takeWalk(ctx)
	if err != nil || w == nil {
		t.Fatal(w, err)
	}
	return func() error {
		_, err := p.step(ctx, w)
		return err
	}
}
