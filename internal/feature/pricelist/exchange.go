package pricelist

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// The faults of the exchange with 1C.
var (
	BadExchange = fault.New(fault.Unauthenticated, "exchange_session",
		"Сеанс обмена не найден или истёк: начните обмен заново", "The exchange session is unknown or has expired: begin the exchange anew")
	BadExchangeName = fault.New(fault.Invalid, "exchange_file_name",
		"Недопустимое имя файла: буквы, цифры, точка, дефис, подчёркивание и «/» между папками, не длиннее 255 байт",
		"The file name is not allowed: letters, digits, dots, hyphens, underscores, and / between folders, at most 255 bytes")
	TooManyExchangeFiles = fault.New(fault.TooLarge, "exchange_files",
		"Слишком много файлов в одном обмене", "Too many files in one exchange")
	NoExchangeFile = fault.New(fault.NotFound, "exchange_no_file",
		"В этом сеансе такой файл выгрузки не получен: сначала mode=file", "No such file was received in this session: mode=file comes first")
)

const (
	// exchangeSilence is how long a session lasts after its last request.
	exchangeSilence = time.Hour
	// exchangeRefresh is how seldom a request writes down that there was one.
	exchangeRefresh = 5 * time.Minute
	// maxExchanges is how many sessions one person may have; a further one ends
	// the oldest.
	maxExchanges = 4
	// dropExchangesEvery is how often expired sessions are dropped.
	dropExchangesEvery = 10 * time.Minute
)

// Exchange is a session of a supplier's 1C.
type Exchange struct {
	ID   int64
	User account.ID // who signed in
	Shop partner.ShopID
}

// OpenExchange makes a session for a supplier, or a member, who was checked by the
// password or the key of that stamp, and returns its secret. A new password ends
// it, so does the end of the key or of the membership, and an administrator who
// blocks the supplier or makes them something else.
func (l *Lists) OpenExchange(ctx context.Context, who account.ID, stamp account.Stamp) (secret string, err error) {
	secret = rand.Text()
	now := l.now()
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		var shop partner.ShopID
		err := tx.QueryRow(ctx, `
			select id from shops where user_id = coalesce((select owner_id from members where user_id = $1), $1)`+db.ForUpdate(tx), who).Scan(&shop)
		if errors.Is(err, db.ErrNoRows) {
			return partner.NoShop
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into exchange_sessions (hash, user_id, shop_id, stamp, expires_at) values ($1, $2, $3, $4, $5)`,
			secretHash(secret), who, shop, stamp, now.Add(exchangeSilence))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			delete from exchange_sessions where user_id = $1 and id not in (
				select id from exchange_sessions where user_id = $1 order by id desc limit $2)`, who, maxExchanges)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("pricelist: open exchange: %w", err)
	}
	return secret, nil
}

// ExchangeOf returns the session of a secret and lets it last; BadExchange when
// it is unknown, has been silent for too long, or the stamp is another one.
func (l *Lists) ExchangeOf(ctx context.Context, secret string) (Exchange, error) {
	var x Exchange
	var stamp account.Stamp
	var expires time.Time
	now := l.now()
	err := l.db.QueryRow(ctx, `
		select id, user_id, shop_id, stamp, expires_at from exchange_sessions where hash = $1 and expires_at > $2`,
		secretHash(secret), now).Scan(&x.ID, &x.User, &x.Shop, &stamp, &expires)
	if errors.Is(err, db.ErrNoRows) {
		return Exchange{}, BadExchange
	}
	if err != nil {
		return Exchange{}, fmt.Errorf("pricelist: exchange: %w", err)
	}
	holds, err := stamp.Holds(ctx, l.db, x.User, now)
	if err == nil && !holds {
		err = BadExchange
	}
	if err != nil {
		return Exchange{}, err
	}
	if until := now.Add(exchangeSilence); until.Sub(expires) > exchangeRefresh {
		err = l.db.InTx(ctx, func(tx db.Tx) error {
			_, err := tx.Exec(ctx, `update exchange_sessions set expires_at = $2 where id = $1`, x.ID, until)
			return err
		})
	}
	return x, err
}

// secretHash is what is kept of a secret. A fast hash is enough: nobody can
// guess its bits.
func secretHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// InitExchange drops the files that the session has sent so far. An import that
// was begun with them goes on.
func (l *Lists) InitExchange(ctx context.Context, x Exchange) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := holdExchange(ctx, tx, x); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from exchange_files where session_id = $1`, x.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update exchange_sessions set import_id = null where id = $1`, x.ID)
		return err
	})
}

// holdExchange keeps the session for tx; BadExchange when it has ended.
func holdExchange(ctx context.Context, tx db.Tx, x Exchange) error {
	var id int64
	err := tx.QueryRow(ctx, `select id from exchange_sessions where id = $1`+db.ForUpdate(tx), x.ID).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return BadExchange
	}
	return err
}

// dropExchanges drops the sessions that have expired, with their files.
func (l *Lists) dropExchanges(ctx context.Context) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from exchange_sessions where expires_at <= $1`, l.now())
		return err
	})
}
