// A deploy by releases: a link to the current one, which is swapped, and the earlier one is deleted.
import assert from 'node:assert/strict';
import { lchownSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import test from 'node:test';
import { echo, joined, within } from '../lib/clients.mjs';
import { run, until } from '../lib/processes.mjs';
import { Site } from '../lib/site.mjs';

test('the server of the next release takes over from one whose files are gone', async (t) => {
    const site = await Site.create(t, { REVERB_DRAIN_WINDOW: '0.2' });
    const [first, second, storage] = ['releases/first', 'releases/second', 'storage'].map((name) => `${site.dir}/${name}`);
    mkdirSync(`${site.dir}/releases`);
    renameSync(`${site.app}/storage`, storage);
    symlinkSync(storage, `${site.app}/storage`);
    renameSync(site.app, first);
    symlinkSync(first, site.app);
    await site.nginx();
    const supervisor = await site.supervisor();
    await until('200', async () => (await site.ask('/up')).status === 200);
    const pid = async () => Number((await supervisor.control('pid', 'reverb')).output);
    const old = await pid();
    assert.equal(readlinkSync(`/proc/${old}/cwd`), first);

    assert.deepEqual(await run('cp', ['-a', first, second]), { code: 0, output: '' });
    symlinkSync(second, `${site.dir}/next`);
    renameSync(`${site.dir}/next`, site.app);
    const { code, output } = await site.deploy();
    assert.equal(code, 0, output);
    rmSync(first, { recursive: true });

    const next = await until('another process', async () => {
        const now = await pid();
        return now !== old && now;
    });
    assert.equal(readlinkSync(`/proc/${next}/cwd`), second);
    assert.match(site.log('supervisord.log'), /exited: reverb \(exit status 0; expected\)/);
    await until('200', async () => (await site.ask('/up')).status === 200);
    const channel = echo(t, site).channel('orders');
    await joined(channel);
    const heard = within('event', (done) => channel.listen('Sent', done));
    assert.equal((await site.artisan(['send', 'orders'])).output, 'sent');
    assert.deepEqual(await heard, { text: 'hello' });
    assert.doesNotMatch(site.log('access.log'), /POST/);
});
