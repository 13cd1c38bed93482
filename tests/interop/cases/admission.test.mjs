// Origins, the number of connections and the size of messages.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, open } from '../lib/client.mjs';
import { apps } from '../lib/target.mjs';

async function refused(t, client, code, message) {
    t.after(() => client.socket.terminate());
    const answer = await client.next();
    assert.equal(answer.event, 'pusher:error');
    assert.deepEqual(JSON.parse(answer.data), { code, message });
    assert.equal((await client.closed).code, code);
}

for (const origin of [
    'https://example.com',
    'http://example.com',
    'https://example.com:8443',
    'https://EXAMPLE.com',
    'https://app.example.org',
    'https://a.b.example.org',
]) {
    test(`origin ${origin} is allowed`, async (t) => {
        await connect(t, apps.origins, { origin });
    });
}

for (const origin of [
    undefined,
    'null',
    '',
    'https://example.com.evil',
    'https://evil-example.com',
    'https://example.org',
    'https://evilexample.org',
    'https://evil/example.com',
    'https://evil?example.com',
    'https://evil#.example.org',
    'https://example.com@evil',
    'example.com.',
]) {
    test(`origin ${JSON.stringify(origin)} is refused with 4009`, async (t) => {
        await refused(t, open(apps.origins, { origin }), 4009, 'Origin not allowed');
    });
}

test('any origin is allowed where nothing else is said', async (t) => {
    await connect(t, apps.interop, { origin: 'https://anywhere.test' });
    await connect(t, apps.interop, { origin: undefined });
});

test('max_connections is exact, and a closed connection makes room', async (t) => {
    const first = await connect(t, apps.quota);
    await connect(t, apps.quota);
    await refused(t, open(apps.quota), 4004, 'Application is over connection quota');
    await first.close();
    for (let attempt = 0; ; attempt += 1) {
        // The server may hear of the close after it hears of the next connection.
        try {
            await connect(t, apps.quota);
            break;
        } catch (error) {
            if (attempt === 50) {
                throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
    await refused(t, open(apps.quota), 4004, 'Application is over connection quota');
});

const padded = (size) => {
    const message = '{"event":"pusher:ping","data":""}';
    return message.replace('""', `"${'x'.repeat(size - message.length)}"`);
};

for (const [app, limit] of [
    [apps.small, 200],
    [apps.interop, 10_000],
]) {
    test(`a message of ${limit} bytes is taken where that is the limit`, async (t) => {
        const client = await connect(t, app);
        client.send(padded(limit));
        assert.equal((await client.next()).event, 'pusher:pong');
    });

    test(`a message of ${limit + 1} bytes is closed with 1009 where ${limit} are allowed`, async (t) => {
        const client = await connect(t, app);
        client.send(padded(limit + 1));
        assert.equal((await client.closed).code, 1009);
    });
}
