// A certified provider of OpenID Connect (npm oidc-provider) for the tests: any name signs in there, with any password.
// It ends with its standard input, so that nothing is left of it when a test ends, however it ends.
import http from 'node:http';
import { pathToFileURL } from 'node:url';

const [tools, back] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${tools}/node_modules/oidc-provider/lib/index.js`));
const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'minyi', client_secret: 'a secret of the tests', redirect_uris: [back] }],
    cookies: { keys: ['tests'] },
    pkce: { required: () => true },
    findAccount: (context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  });
  server.on('request', provider.callback());
  console.log(`ready ${issuer}`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit());
