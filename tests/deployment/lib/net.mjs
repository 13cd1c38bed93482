// The names of the examples lead to this machine, in this process at least; free ports; HTTPS.
import dns from 'node:dns';
import https from 'node:https';
import net from 'node:net';

const names = new Set(['ws.example.com', 'example.com']);
const { lookup } = dns;

dns.lookup = (name, options, callback) => {
    const done = typeof options === 'function' ? options : callback;
    if (!names.has(name)) {
        lookup(name, options, callback);
    } else if (options?.all) {
        process.nextTick(done, null, [{ address: '127.0.0.1', family: 4 }]);
    } else {
        process.nextTick(done, null, '127.0.0.1', 4);
    }
};

const given = new Set();

/** A port nobody has, and which no earlier call gave. */
export async function freePort() {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    if (given.has(port)) {
        return freePort();
    }
    given.add(port);
    return port;
}

export function accepts(port) {
    return new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1');
        socket.once('connect', () => {
            socket.destroy();
            resolve(true);
        });
        socket.once('error', () => resolve(false));
    });
}

/** The answer to one request. */
export function ask(url, { method = 'GET', headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const request = https.request(url, { method, headers, agent: false }, async (response) => {
            let text = '';
            for await (const chunk of response) {
                text += chunk;
            }
            resolve({ status: response.statusCode, headers: response.headers, body: text });
        });
        request.on('error', reject);
        request.end(body);
    });
}
