// permessage-deflate (RFC 7692), as the npm package ws speaks it: another inflater than ours.
import assert from 'node:assert/strict';
import test from 'node:test';
import WebSocket from 'ws';
import { Client } from '../lib/client.mjs';
import { signedQuery } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;
const servers = { ws: process.env.INTEROP_COMPRESSING_URL };
// The server with TLS compresses, too, where it is one of ours.
if (process.env.INTEROP_SECURE_URL) {
    servers.wss = process.env.INTEROP_SECURE_URL;
}

async function connect(t, base, perMessageDeflate, of = app) {
    const url = `${base.replace(/^http/, 'ws')}/app/${of.key}?protocol=7&client=js&version=8.4.0`;
    const client = new Client(new WebSocket(url, { perMessageDeflate }));
    t.after(() => client.socket.terminate());
    await client.opened;
    const message = await client.next();
    assert.equal(message.event, 'pusher:connection_established');
    client.id = JSON.parse(message.data).socket_id;
    return client;
}

async function publish(base, channel, data) {
    const path = `/apps/${app.app_id}/events`;
    const body = JSON.stringify({ name: 'happened', channel, data });
    const response = await fetch(`${base}${path}?${signedQuery(app, 'POST', path, body)}`, {
        method: 'POST',
        body,
    });
    assert.equal(response.status, 200);
}

const bytesOf = (client) => client.socket._socket.bytesRead;
const order = (number) =>
    JSON.stringify({
        number,
        items: Array.from({ length: 40 }, (_, item) => ({ id: item * 7919 + number, name: `Product ${item}`, price: '1.99 €' })),
    });

for (const [scheme, base] of Object.entries(servers)) {
    test(`${scheme}: events come compressed to whoever offers it, and plain to others, in order`, async (t) => {
        const clients = [
            await connect(t, base, true),
            await connect(t, base, false),
            await connect(t, base, { serverMaxWindowBits: 12, clientMaxWindowBits: 10 }),
            await connect(t, base, { serverNoContextTakeover: true, clientNoContextTakeover: true }),
            // Less than what the server uses: it goes without.
            await connect(t, base, { serverMaxWindowBits: 10 }),
        ];
        const compressed = [true, false, true, true, false];
        assert.deepEqual(
            clients.map(({ socket }) => socket.extensions),
            compressed.map((has) => (has ? 'permessage-deflate' : '')),
        );
        const channel = unique();
        for (const client of clients) {
            await client.subscribe(app, channel);
        }
        const before = clients.map(bytesOf);
        const sent = Array.from({ length: 30 }, (_, number) => (number % 3 === 0 ? `"${number}"` : order(number)));
        for (const data of sent) {
            await publish(base, channel, data);
        }
        const size = sent.join('').length;
        for (const [index, client] of clients.entries()) {
            for (const data of sent) {
                const message = await client.next();
                assert.deepEqual([message.event, message.channel, message.data], ['happened', channel, data]);
            }
            const received = bytesOf(client) - before[index];
            assert.equal(received < size / 3, compressed[index], `${received} of ${size} bytes`);
        }
    });

    test(`${scheme}: messages of clients may be compressed, whole and in fragments`, async (t) => {
        const sender = await connect(t, base, { threshold: 0 });
        const hearer = await connect(t, base, true);
        const channel = unique('private-');
        await sender.subscribe(app, channel);
        await hearer.subscribe(app, channel);
        for (let number = 0; number < 20; number += 1) {
            const data = JSON.parse(order(number));
            const text = JSON.stringify({ event: 'client-said', channel, data });
            const fragment = Math.ceil(text.length / (number + 1));
            for (let at = 0; at < text.length; at += fragment) {
                sender.socket.send(text.slice(at, at + fragment), { fin: at + fragment >= text.length, compress: true });
                if (number % 2 === 1) {
                    sender.socket.ping();
                }
            }
            const message = await hearer.next();
            assert.deepEqual([message.event, message.data], ['client-said', data]);
        }
        assert.deepEqual(await sender.settled(), []);
    });

    test(`${scheme}: a message is as long as it is before it is compressed`, async (t) => {
        const client = await connect(t, base, { threshold: 0 });
        client.send(JSON.stringify({ event: 'pusher:ping', data: 'x'.repeat(9_900) }));
        assert.equal((await client.next()).event, 'pusher:pong');
        client.send('x'.repeat(5_000_000));
        assert.equal((await client.closed).code, 1009);
    });
}
