// Connections that fall silent: pinged after ping_interval, gone after activity_timeout.
// The application `idle` has one second for each.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../lib/client.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.idle;
const isPing = ({ text, control }) => control === 'ping' || JSON.parse(text).event === 'pusher:ping';

for (const subscribed of [true, false]) {
    const which = subscribed ? 'subscribed' : 'unsubscribed';

    test(`a silent, ${which} client is pinged, then told 4201 and closed`, async (t) => {
        const client = await connect(t, app, { autoPong: false });
        if (subscribed) {
            await client.subscribe(app, unique());
        }
        const silentSince = Date.now();

        assert.ok(isPing(await client.nextRaw()));
        const pinged = Date.now() - silentSince;
        assert.ok(pinged >= 900 && pinged < 2500, `pinged after ${pinged} ms`);

        let message = await client.nextRaw();
        while (isPing(message)) {
            message = await client.nextRaw();
        }
        assert.deepEqual(JSON.parse(message.text), {
            event: 'pusher:error',
            data: '{"code":4201,"message":"Pong reply not received in time"}',
        });
        assert.equal((await client.closed).code, 4201);
        const gone = Date.now() - silentSince;
        assert.ok(gone >= 1800 && gone < 4500, `closed after ${gone} ms`);
    });
}

// How a client may answer; each keeps it alive.
const answers = {
    'pusher:pong': (client) => client.send({ event: 'pusher:pong', data: {} }),
    'a pong frame': (client) => client.socket.pong('here'),
    'a ping of its own': (client) => client.send({ event: 'pusher:ping', data: {} }),
};

for (const [name, answer] of Object.entries(answers)) {
    test(`a client that answers with ${name} stays`, async (t) => {
        const client = await connect(t, app, { autoPong: false });
        const until = Date.now() + 4500;
        while (Date.now() < until) {
            const message = await client.nextRaw(3000);
            if (isPing(message)) {
                answer(client);
            }
        }
        await client.settled().catch(() => assert.fail('the connection was closed'));
    });
}

test('a client of which only the WebSocket library answers stays', async (t) => {
    const client = await connect(t, app);
    await new Promise((resolve) => setTimeout(resolve, 4500));
    await client.settled().catch(() => assert.fail('the connection was closed'));
});

test('a client that talks is not pinged', async (t) => {
    const client = await connect(t, app, { autoPong: false });
    for (let turn = 0; turn < 10; turn += 1) {
        assert.deepEqual(await client.settled(), []);
        await new Promise((resolve) => setTimeout(resolve, 300));
    }
});
