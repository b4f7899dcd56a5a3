// A real OpenID provider on the loopback, for tests: it signs in whoever says
// who they are. The name at the sign-in is JSON of the claims of the person, and
// their subject.
//
//   node server.mjs CALLBACK...
//
// prints its issuer, and ends with its standard input.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const server = createServer((request, response) => handle(request, response));
let handle;

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'zakup', client_secret: 'hush', redirect_uris: process.argv.slice(2) }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...JSON.parse(id), sub: id }) }),
    cookies: { keys: ['test'] },
    ttl: { Session: 60, Interaction: 60, Grant: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
  });
  provider.on('server_error', (_, error) => console.error(error));
  handle = provider.callback();
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit(0));
