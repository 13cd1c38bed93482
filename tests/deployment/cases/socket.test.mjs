// Who may open the unix socket: php-fpm runs as another user than the server.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { echo, joined, within } from '../lib/clients.mjs';
import { says } from '../lib/document.mjs';
import { Site, idOf, root, user } from '../lib/site.mjs';

const both = ['ws.example.com.conf', 'example.com.conf'];
const stranger = (pool) => pool.replace(/^user = .*$/m, 'user = nobody').replace(/^group = .*$/m, 'group = nogroup');

/** A site whose php-fpm belongs to a stranger, who may write logs and cache. */
async function siteOfTwo(t) {
    const site = await Site.create(t);
    for (const folder of ['logs', 'framework/cache/data']) {
        chmodSync(`${site.app}/storage/${folder}`, 0o777);
    }
    writeFileSync(`${site.app}/storage/logs/laravel.log`, '', { mode: 0o666 });
    chmodSync(`${site.app}/storage/logs/laravel.log`, 0o666);
    await site.nginx(both);
    await site.fpm(stranger);
    return site;
}

/** Has php-fpm publish, and tells whether that took HTTP. */
async function publishes(t, site) {
    const channel = echo(t, site).channel('orders');
    await joined(channel);
    const heard = within('event', (done) => channel.listen('Sent', done));
    assert.equal((await site.ask('/send/orders', {}, 'example.com')).body, 'sent');
    assert.deepEqual(await heard, { text: 'hello' });
    return site.log('access.log').includes('POST /apps/my-app/events');
}

const skip = !root && 'takes two users, and so root';

test('a stranger may not open it: the event goes by HTTPS, and the log says why', { skip }, async (t) => {
    const site = await siteOfTwo(t);
    await site.reverb();
    assert.equal(await publishes(t, site), true);
    await says(site, () => site.log('laravel'), "This process may not open the Reverb server's socket, so events go over HTTP.");
});

test('a stranger who may not write the log either publishes all the same', { skip }, async (t) => {
    const site = await siteOfTwo(t);
    chmodSync(`${site.app}/storage/logs/laravel.log`, 0o600);
    await site.reverb();
    assert.equal(await publishes(t, site), true);
});

test('in a directory whose group new files inherit, that group may', { skip }, async (t) => {
    const site = await siteOfTwo(t);
    const folder = `${site.dir}/run/shared`;
    mkdirSync(folder);
    chownSync(folder, user.uid, await idOf('-g', 'nobody'));
    chmodSync(folder, 0o2750);
    site.setEnvironment({ REVERB_SERVER_SOCKET: `${folder}/reverb.sock` });
    await site.reverb();
    assert.equal(statSync(`${folder}/reverb.sock`).mode & 0o777, 0o660);
    assert.equal(await publishes(t, site), false);
    assert.doesNotMatch(site.log('laravel'), /socket/);
});
