package once

import "time"

// RenewEvery sets how often claims made from now on are renewed.
func (k *Keys) RenewEvery(d time.Duration) { k.renewEvery = d }
