// What README.md names as limits of libwebsockets: where one of these cases fails, the limit is
// gone, and README.md says so no longer.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventsPath, signedPost } from '../lib/api.mjs';
import { frame, opcodes, Raw, rawConnect, request, upgradeHeaders } from '../lib/raw.mjs';
import { apps } from '../lib/target.mjs';

const app = apps.interop;
const hello = '{"event":"pusher:ping"}';

test('a frame without a mask is accepted', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(Buffer.concat([Buffer.from([0x81, hello.length]), Buffer.from(hello)]));
    assert.equal((await raw.message()).event, 'pusher:pong');
});

test('of several pings in one read one is answered', async (t) => {
    const raw = await rawConnect(t, app);
    const pings = ['first', 'second', 'last'].map((text) => frame(opcodes.ping, text));
    raw.write(Buffer.concat([...pings, frame(opcodes.text, hello)]));
    const pongs = [];
    for (let count = 0; count < 2; count += 1) {
        const answer = await raw.frame();
        if (answer.opcode === opcodes.pong) {
            pongs.push(answer.payload.toString());
        }
    }
    assert.deepEqual(pongs, ['first']);
});

test('an offered subprotocol is refused', async (t) => {
    const raw = new Raw(t);
    raw.write(request('GET', `/app/${app.key}`, { ...upgradeHeaders(), 'Sec-WebSocket-Protocol': 'chat' }));
    assert.equal((await raw.response()).status, 400);
});

test('a request with a body, pipelined behind another, is answered with 503', async (t) => {
    const raw = new Raw(t);
    const publish = signedPost(app, eventsPath(app), { name: 'n', channel: 'c', data: '' });
    raw.write(publish + publish);
    assert.equal((await raw.response()).status, 200);
    assert.equal((await raw.response()).status, 503);
});
