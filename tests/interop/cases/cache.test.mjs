// Cache channels: whoever subscribes late gets the last event.
import assert from 'node:assert/strict';
import test from 'node:test';
import { get, post } from '../lib/api.mjs';
import { connect } from '../lib/client.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;

for (const prefix of ['cache-', 'private-cache-', 'presence-cache-', 'private-encrypted-cache-']) {
    const member = prefix.startsWith('presence-') ? { user_id: '1' } : undefined;

    test(`${prefix}: a miss, then the last event`, async (t) => {
        const channel = unique(prefix);
        const first = await connect(t, app);
        await first.subscribe(app, channel, member);
        assert.equal((await first.nextRaw()).text, `{"event":"pusher:cache_miss","channel":"${channel}"}`);
        for (const data of ['"old"', '"new"']) {
            await post(t, app, { name: 'happened', channel, data });
        }
        const late = await connect(t, app);
        await late.subscribe(app, channel, member);
        assert.deepEqual(await late.next(), { event: 'happened', data: '"new"', channel });
        assert.deepEqual(await late.settled(), []);
    });
}

test('an event outlives its last subscriber, and needs none', async (t) => {
    const channel = unique('cache-');
    await post(t, app, { name: 'happened', channel, data: '"alone"' });
    const first = await connect(t, app);
    await first.subscribe(app, channel);
    assert.equal((await first.next()).data, '"alone"');
    await first.close();
    const second = await connect(t, app);
    await second.subscribe(app, channel);
    assert.equal((await second.next()).data, '"alone"');
});

test('who leaves is no event to keep', async (t) => {
    const channel = unique('presence-cache-');
    const [staying, leaving] = [await connect(t, app), await connect(t, app)];
    await staying.subscribe(app, channel, { user_id: '1' });
    await leaving.subscribe(app, channel, { user_id: '2' });
    await post(t, app, { name: 'happened', channel, data: '"kept"' });
    leaving.unsubscribe(channel);
    await leaving.settled();
    const late = await connect(t, app);
    await late.subscribe(app, channel, { user_id: '3' });
    assert.deepEqual(await late.next(), { event: 'happened', data: '"kept"', channel });
});

test('a channel named without the dash keeps nothing', async (t) => {
    const channel = `cached${unique()}`;
    await post(t, app, { name: 'happened', channel, data: '"lost"' });
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    assert.deepEqual(await client.settled(), []);
});

test('one application’s cache is not another’s', async (t) => {
    const channel = unique('cache-');
    await post(t, app, { name: 'happened', channel, data: '"mine"' });
    const client = await connect(t, apps.other);
    await client.subscribe(apps.other, channel);
    assert.equal((await client.next()).event, 'pusher:cache_miss');
});

test('the HTTP API shows what is kept', async (t) => {
    const channel = unique('cache-');
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    await post(t, app, { name: 'happened', channel, data: '"kept"' });
    const response = await get(t, app, `/apps/${app.app_id}/channels/${channel}`, { info: 'cache' });
    const { occupied, cache } = JSON.parse(response.body);
    assert.equal(occupied, true);
    assert.equal(cache.data, '"kept"');
});
