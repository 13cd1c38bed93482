// The WebSocket handshake, as strict as RFC 6455, section 4.2.1, asks for.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { frame, newKey, opcodes, Raw, request, upgradeHeaders } from '../lib/raw.mjs';
import { apps } from '../lib/target.mjs';

const target = `/app/${apps.interop.key}`;

async function handshake(t, { method = 'GET', path = target, headers = {}, body = '', version } = {}) {
    const raw = new Raw(t);
    raw.write(request(method, path, { ...upgradeHeaders(), ...headers }, body, version));
    return { raw, response: await raw.response() };
}

test('the answer of a handshake', async (t) => {
    const key = newKey();
    const { response } = await handshake(t, { headers: { 'Sec-WebSocket-Key': key } });
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    assert.equal(response.status, 101);
    assert.match(response.line, /^HTTP\/1\.1 101 /);
    assert.equal(response.headers['sec-websocket-accept'], accept);
    assert.equal(response.headers.upgrade.toLowerCase(), 'websocket');
    assert.equal(response.headers.connection.toLowerCase(), 'upgrade');
    assert.equal(response.headers['sec-websocket-extensions'], undefined);
});

const accepted = {
    'values of other case': { Upgrade: 'WebSocket', Connection: 'upgrade' },
    'names of other case': { 'Sec-WebSocket-Version': undefined, 'sec-websocket-version': '13' },
    'a list in Connection': { Connection: 'keep-alive, Upgrade' },
    'cookies of 6,000 bytes': { Cookie: `session=${'x'.repeat(6000)}` },
    'an offer of compression': {
        'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    },
};

for (const [what, headers] of Object.entries(accepted)) {
    test(`a handshake with ${what} is accepted`, async (t) => {
        const { raw, response } = await handshake(t, { headers });
        assert.equal(response.status, 101);
        assert.equal((await raw.message()).event, 'pusher:connection_established');
    });
}

for (const version of ['8', '0', '14', 'thirteen', '13x', undefined]) {
    test(`Sec-WebSocket-Version ${version ?? 'absent'} is answered with 426 naming 13`, async (t) => {
        const { response } = await handshake(t, { headers: { 'Sec-WebSocket-Version': version } });
        assert.equal(response.status, 426);
        assert.equal(response.headers['sec-websocket-version'], '13');
    });
}

const badKeys = {
    'no key': undefined,
    'an empty key': '',
    'a key of 15 bytes': Buffer.alloc(15, 1).toString('base64'),
    'a key of 17 bytes': Buffer.alloc(17, 1).toString('base64'),
    'a key that is no base64': '!!!!!!!!!!!!!!!!!!!!!!==',
    'a key without padding': Buffer.alloc(16, 1).toString('base64').slice(0, 22),
};

for (const [what, key] of Object.entries(badKeys)) {
    test(`a handshake with ${what} is answered with 400`, async (t) => {
        const { response } = await handshake(t, { headers: { 'Sec-WebSocket-Key': key } });
        assert.equal(response.status, 400);
    });
}

const refused = {
    'another method': [{ method: 'POST' }, [400, 405]],
    'HTTP/1.0': [{ version: 'HTTP/1.0' }, [400, 426, 505]],
    'two Host headers': [{ headers: { Host: ['one', 'two'] } }, [400]],
    'no Host header': [{ headers: { Host: undefined } }, [400]],
    'a body': [{ headers: { 'Content-Length': '5' }, body: 'hello' }, [400]],
    'a chunked body': [{ headers: { 'Transfer-Encoding': 'chunked' }, body: '0\r\n\r\n' }, [400, 411]],
    'an unknown path': [{ path: '/nowhere' }, [404]],
    'no key in its path': [{ path: '/app/' }, [404]],
    'an upgrade to HTTP/2': [{ headers: { Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' } }, [400, 426]],
    'an upgrade to something else': [{ headers: { Upgrade: 'chat' } }, [400, 403, 426]],
    'headers of 10,000 bytes': [{ headers: { Cookie: 'x'.repeat(10_000) } }, [431]],
    'extensions of 300 bytes': [{ headers: { 'Sec-WebSocket-Extensions': 'x'.repeat(300) } }, [431]],
};

for (const [what, [options, statuses]] of Object.entries(refused)) {
    test(`a handshake with ${what} is refused with ${statuses.join(' or ')}`, async (t) => {
        const { response } = await handshake(t, options);
        assert.ok(statuses.includes(response?.status), `it was answered with ${response?.line}`);
    });
}

test('a handshake with headers of 100,000 bytes is cut off', async (t) => {
    const { raw, response } = await handshake(t, { headers: { Cookie: 'x'.repeat(100_000) } });
    assert.ok(response === undefined || response.status === 431, response?.line);
    assert.ok(await raw.end());
});

test('a frame in the same packet as the handshake is not lost', async (t) => {
    const raw = new Raw(t);
    raw.write(
        Buffer.concat([
            Buffer.from(request('GET', target, upgradeHeaders())),
            frame(opcodes.text, '{"event":"pusher:ping"}'),
        ]),
    );
    assert.equal((await raw.response()).status, 101);
    assert.equal((await raw.message()).event, 'pusher:connection_established');
    assert.equal((await raw.message()).event, 'pusher:pong');
});

test('a handshake that comes byte by byte is accepted', async (t) => {
    const raw = new Raw(t);
    for (const byte of Buffer.from(request('GET', target, upgradeHeaders()))) {
        raw.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await raw.response()).status, 101);
});
