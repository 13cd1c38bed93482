// nginx with TLS in front of the server: on a name of its own and on the application's.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import https from 'node:https';
import test from 'node:test';
import WebSocket from 'ws';
import { app, echo, joined, next, within } from '../lib/clients.mjs';
import { until } from '../lib/processes.mjs';
import { Site } from '../lib/site.mjs';

const both = ['ws.example.com.conf', 'example.com.conf'];

/** How many events came over HTTP. nginx writes the line after the answer. */
const posts = (site) => site.log('access.log').split('POST /apps/my-app/events').length - 1;

/** php-fpm broadcasts to the channel and every client hears it. */
async function publish(site, channels) {
    const heard = channels.map((channel) => within('event', (done) => channel.listen('Sent', done)));
    const answer = await site.ask(`/send/${channels[0].name.replace('private-', '')}`, {}, 'example.com');
    assert.deepEqual([answer.status, answer.body], [200, 'sent']);
    for (const event of await Promise.all(heard)) {
        assert.deepEqual(event, { text: 'hello' });
    }
}

test('behind nginx', async (t) => {
    const site = await Site.create(t);
    await site.nginx(both);
    await site.fpm();
    await site.reverb();

    await t.test('Echo with forceTLS connects to either name, and php-fpm publishes by the unix socket', async (t) => {
        const clients = ['ws.example.com', 'example.com'].map((wsHost) => echo(t, site, { wsHost }));
        const channels = clients.map((client) => client.channel('orders'));
        await Promise.all(channels.map((channel) => joined(channel)));
        await publish(site, channels);
        assert.equal(posts(site), 0);
    });

    await t.test('php-fpm publishes by HTTPS where there is no socket', async (t) => {
        site.setEnvironment({ REVERB_SERVER_SOCKET: 'false' });
        for (const [count, host] of ['ws.example.com', 'example.com'].entries()) {
            site.setEnvironment({ REVERB_SERVER_SOCKET: 'false', REVERB_HOST: host });
            const channel = echo(t, site).channel(`invoices-${count}`);
            await joined(channel);
            await publish(site, [channel]);
            await until('a line in the log', () => posts(site) === count + 1);
        }
        site.setEnvironment();
    });

    await t.test('whispers pass, in both directions', async (t) => {
        const [from, to] = [echo(t, site), echo(t, site)].map((client) => client.private('talk'));
        await Promise.all([joined(from), joined(to)]);
        for (const [one, other] of [[from, to], [to, from]]) {
            const heard = within('whisper', (done) => other.listenForWhisper('typing', done));
            one.whisper('typing', { name: 'Ana' });
            assert.deepEqual(await heard, { name: 'Ana' });
        }
    });

    await t.test('an event of nearly max_request_size arrives whole', async (t) => {
        const channel = echo(t, site).channel('large');
        await joined(channel);
        const text = 'ü'.repeat(4000);
        const heard = within('event', (done) => channel.listen('Sent', done));
        await site.artisan(['send', 'large', text]);
        assert.deepEqual(await heard, { text });
    });

    await t.test('the routes of the application that begin alike are its own', async () => {
        for (const path of ['/application', '/apps', '/app', '/apply/now']) {
            const { body } = await site.ask(path, {}, 'example.com');
            assert.match(body, /Not Found/, path);
            assert.match(body, /<html/, `Laravel's page for ${path}`);
        }
    });

    await t.test('a connection has its client\'s address, whatever the client claims', async (t) => {
        for (const name of ['ws.example.com', 'example.com']) {
            const socket = new WebSocket(`wss://${name}:${site.ports.https}/app/${app.key}`, {
                localAddress: name === 'example.com' ? '127.0.0.2' : '127.0.0.3',
                headers: { 'X-Forwarded-For': '203.0.113.9', 'X-Real-IP': '203.0.113.9' },
            });
            await once(socket, 'open');
            t.after(() => socket.terminate());
        }
        await until(
            () => site.log('laravel'),
            () => ['127.0.0.2', '127.0.0.3'].every((address) => site.log('laravel').includes(`Connected from ${address} `)),
        );
        assert.doesNotMatch(site.log('laravel'), /203\.0\.113\.9/);
    });

    await t.test('http is sent to https', async () => {
        const answer = await fetch(`http://127.0.0.1:${site.ports.http}/page`, { redirect: 'manual', headers: { Host: 'example.com' } });
        assert.equal(answer.status, 301);
        assert.match(answer.headers.get('location'), /^https:\/\/.*\/page$/);
    });
});

/** A signed event by a connection of the agent: status and body. */
function post(site, agent, body) {
    const path = `/apps/${app.app_id}/events`;
    const md5 = createHash('md5').update(body).digest('hex');
    const query = `auth_key=${app.key}&auth_timestamp=${Math.floor(Date.now() / 1000)}&auth_version=1.0&body_md5=${md5}`;
    const signature = createHmac('sha256', app.secret).update(`POST\n${path}\n${query}`).digest('hex');
    return new Promise((resolve, reject) => {
        const request = https.request(
            `https://ws.example.com:${site.ports.https}${path}?${query}&auth_signature=${signature}`,
            { method: 'POST', agent, headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } },
            async (response) => {
                let text = '';
                for await (const chunk of response) {
                    text += chunk;
                }
                resolve([response.statusCode, text]);
            },
        );
        request.on('error', reject);
        request.end(body);
    });
}

test('nginx keeps its connection for the HTTP API', async (t) => {
    const site = await Site.create(t);
    await site.nginx();
    const server = await site.reverb();
    const sockets = () =>
        readdirSync(`/proc/${server.pid}/fd`).filter((fd) => {
            try {
                return readlinkSync(`/proc/${server.pid}/fd/${fd}`).startsWith('socket:');
            } catch {
                // Closed since.
                return false;
            }
        }).length;
    const before = sockets();
    // One connection to nginx, so one worker of it.
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const event = JSON.stringify({ name: 'happened', channel: 'orders', data: '{}' });
    for (let count = 0; count < 20; count += 1) {
        assert.deepEqual(await post(site, agent, event), [200, '{}']);
        assert.equal(sockets(), before + 1);
    }
});

test('nginx that sends "Connection: Upgrade" with every request, as many configurations have it', async (t) => {
    const site = await Site.create(t, { REVERB_SERVER_SOCKET: 'false' });
    await site.nginx(['ws.example.com.conf'], (text) => text.replaceAll('$connection_upgrade;', '"Upgrade";'));
    await site.reverb();
    const channel = echo(t, site).channel('orders');
    await joined(channel);
    const heard = within('event', (done) => channel.listen('Sent', done));
    assert.equal((await site.artisan(['send', 'orders'])).output, 'sent');
    assert.deepEqual(await heard, { text: 'hello' });
    assert.equal((await site.ask('/up')).status, 200);
});

test('health checks while it drains', async (t) => {
    const site = await Site.create(t, { REVERB_DRAIN_DELAY: '3', REVERB_DRAIN_WINDOW: '0' });
    await site.nginx();
    const server = await site.reverb();
    const up = async () => (await site.ask('/up')).status;
    assert.equal(await up(), 200);
    const channel = echo(t, site).channel('orders');
    await joined(channel);

    const ended = server.stop();
    await until('503', async () => (await up()) === 503);
    // Who is connected stays, and hears.
    const heard = within('event', (done) => channel.listen('.happened', done));
    const event = JSON.stringify({ name: 'happened', channel: 'orders', data: '{"text":"still here"}' });
    assert.deepEqual(await post(site, undefined, event), [200, '{}']);
    assert.deepEqual(await heard, { text: 'still here' });
    assert.equal(await up(), 503);
    await until('502', async () => (await up()) === 502);
    assert.deepEqual(await ended, { code: 0, signal: null });
});

test('nginx reloaded with another certificate keeps the connections', async (t) => {
    const site = await Site.create(t);
    const nginx = await site.nginx();
    await site.reverb();
    const client = echo(t, site);
    const channel = client.channel('orders');
    await joined(channel);
    const id = client.socketId();
    const first = await site.certificate();

    const file = `${site.dir}/conf.d/ws.example.com.conf`;
    site.write(file, readFileSync(file, 'utf8').replaceAll('/first.', '/second.'));
    nginx.child.kill('SIGHUP');
    await until('the other certificate', async () => (await site.certificate()) !== first);

    const heard = within('event', (done) => channel.listen('Sent', done));
    await site.artisan(['send', 'orders']);
    assert.deepEqual(await heard, { text: 'hello' });
    assert.equal(client.socketId(), id);
    await next(echo(t, site), 'connected');
});

test('compression passes through nginx, on both names', async (t) => {
    const site = await Site.create(t, { REVERB_COMPRESSION: 'true' });
    await site.nginx(both);
    await site.reverb();
    const text = 'One line of many. '.repeat(200);
    for (const name of ['ws.example.com', 'example.com']) {
        const socket = new WebSocket(`wss://${name}:${site.ports.https}/app/${app.key}`, { perMessageDeflate: true });
        t.after(() => socket.terminate());
        const message = (event) =>
            within(event, (done) =>
                socket.on('message', (data) => {
                    const read = JSON.parse(data.toString());
                    if (read.event === event) {
                        done(read);
                    }
                }),
            );
        const greeting = message('pusher:connection_established');
        await once(socket, 'open');
        await greeting;
        assert.equal(socket.extensions, 'permessage-deflate');
        const subscribed = message('pusher_internal:subscription_succeeded');
        socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel: 'orders' } }));
        await subscribed;

        const before = socket._socket.bytesRead;
        const heard = message('App\\Events\\Sent');
        await site.artisan(['send', 'orders', text]);
        assert.deepEqual(JSON.parse((await heard).data), { text });
        const read = socket._socket.bytesRead - before;
        assert.ok(read < text.length / 4, `${read} bytes were read of ${text.length}`);
    }
});
