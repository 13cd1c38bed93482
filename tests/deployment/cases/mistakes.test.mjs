// The usual mistakes, each made for real: what is seen then is what docs/DEPLOYMENT.md says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { browser, page } from '../lib/browser.mjs';
import { echo, next } from '../lib/clients.mjs';
import { says } from '../lib/document.mjs';
import { run } from '../lib/processes.mjs';
import { Site, user } from '../lib/site.mjs';

const both = ['ws.example.com.conf', 'example.com.conf'];
const withoutSocket = { REVERB_SERVER_SOCKET: 'false' };

/** The message of the exception that a broadcast of another process ends with. */
async function broadcastError(site, environment, text = 'hello') {
    site.setEnvironment(environment);
    const { output } = await site.artisan(['send', 'orders', text]);
    assert.match(output, /^BroadcastException: /);
    return () => output;
}

test('what a page meets', async (t) => {
    const site = await Site.create(t);
    // With HTTP/2 for the page, as most sites have it; WebSockets then have connections of their own.
    await site.nginx(both, (text) => text.replaceAll(' ssl;', ' ssl http2;'));
    await site.reverb();
    const chromium = await browser(t);

    await t.test('nothing is wrong', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect();
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
        assert.equal(it.console, 'state: connected');
    });

    await t.test('the port of the server instead of nginx\'s', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect({ wsPort: site.ports.reverb, wssPort: site.ports.reverb });
        await says(site, () => it.console, 'net::ERR_SSL_PROTOCOL_ERROR');
    });

    await t.test('a key that no application has', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect({ key: 'another-key' });
        await says(site, () => it.console, '"data":{"code":4001,"message":"Application does not exist"}');
        await it.tab.waitForFunction(() => window.client.connection.state === 'disconnected');
    });

    await t.test('ws:// from a page of https', async (t) => {
        const it = await page(t, site, chromium);
        const error = await it.tab.evaluate((port) => {
            try {
                new WebSocket(`ws://ws.example.com:${port}/app/my-key`);
            } catch (error) {
                return `${error.name}: ${error.message}`;
            }
        }, site.ports.reverb);
        await says(site, () => error, 'An insecure WebSocket connection may not be initiated from a page loaded over HTTPS.');
        // pusher-js does not do that: it takes wss:// there in spite of its options.
        await it.connect({ forceTLS: false });
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
    });

    await t.test('a message larger than max_message_size', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect();
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
        await it.tab.evaluate(() => window.client.connection.send('x'.repeat(10_001)));
        await says(site, () => it.console, '"data":{"code":1009');
    });
});

test('what nginx lacks', async (t) => {
    const chromium = await browser(t);

    await t.test('no Upgrade and Connection headers', async (t) => {
        const site = await Site.create(t);
        await site.nginx(both, (text) => text.replaceAll(/proxy_set_header (Upgrade|Connection) .*/g, ''));
        await site.reverb();
        const it = await page(t, site, chromium);
        await it.connect();
        await says(site, () => it.console, 'Error during WebSocket handshake: Unexpected response code: 426');
    });

    await t.test('no proxy_http_version', async (t) => {
        const site = await Site.create(t);
        await site.nginx(both, (text) => text.replaceAll('proxy_http_version 1.1;', ''));
        await site.reverb();
        const it = await page(t, site, chromium);
        await it.connect();
        await says(site, () => it.console, 'Error during WebSocket handshake: Unexpected response code: 400');
    });

    await t.test('no server behind it', async (t) => {
        const site = await Site.create(t, withoutSocket);
        await site.nginx(both);
        const it = await page(t, site, chromium);
        await it.connect();
        await says(site, () => it.console, 'Error during WebSocket handshake: Unexpected response code: 502');
        await says(site, await broadcastError(site, withoutSocket), '502 Bad Gateway');
        await says(site, () => site.log('error.log'), 'connect() failed (111: Connection refused) while connecting to upstream');
    });

    await t.test('a proxy_read_timeout shorter than ping_interval', async (t) => {
        const site = await Site.create(t);
        await site.nginx(['ws.example.com.conf'], (text) =>
            text.replaceAll('proxy_read_timeout 120s', 'proxy_read_timeout 1s').replace('error.log;', 'error.log info;'),
        );
        await site.reverb();
        const client = echo(t, site);
        await next(client, 'connected');
        const error = JSON.stringify(await next(client, 'error'));
        await says(site, () => error, '"data":{"code":1006}');
        await next(client, 'connected');
        await says(site, () => site.log('error.log'), 'upstream timed out (110: Connection timed out) while proxying upgraded connection');
    });

    await t.test('too few worker_connections', async (t) => {
        const site = await Site.create(t);
        await site.nginx(['ws.example.com.conf'], (text) =>
            text.replace(/worker_connections \d+/, 'worker_connections 10').replace('worker_processes auto', 'worker_processes 1'),
        );
        await site.reverb();
        for (let count = 0; count < 5; count += 1) {
            echo(t, site);
        }
        await says(site, () => site.log('error.log'), 'worker_connections are not enough');
    });
});

test('what a page of another origin meets', async (t) => {
    const site = await Site.create(t);
    const origins = (list) =>
        site.setEnvironment({ TEST_CONFIG: site.testConfig({ 'reverb.apps.apps.0.allowed_origins': list }) });
    await site.nginx(both);
    const chromium = await browser(t);

    await t.test('a scheme in allowed_origins', async (t) => {
        origins(['https://example.com']);
        const server = await site.reverb();
        const it = await page(t, site, chromium);
        await it.connect();
        await says(site, () => it.console, '"data":{"code":4009,"message":"Origin not allowed"}');
        await says(site, () => server.output.replaceAll(/\s+/g, ' '), '"https://example.com" allows no page, as only hosts are compared.');
        await server.stop();
    });

    await t.test('the host alone', async (t) => {
        origins(['example.com']);
        await site.reverb();
        const it = await page(t, site, chromium);
        await it.connect();
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
    });
});

test('what a publisher meets', async (t) => {
    const site = await Site.create(t);
    await site.nginx();
    await site.reverb();
    const cases = [
        ['the port of the server instead of nginx\'s', { REVERB_PORT: site.ports.reverb }, 'SSL routines::wrong version number'],
        ['http to the port of https', { REVERB_SCHEME: 'http' }, 'The plain HTTP request was sent to HTTPS port'],
        ['a secret that is not the server\'s', { REVERB_APP_SECRET: 'another' }, 'Pusher error: Authentication signature invalid..'],
        ['an application that is not the server\'s', { REVERB_APP_ID: 'another-app' }, 'Pusher error: No matching application for ID [another-app]..'],
    ];
    for (const [name, environment, message] of cases) {
        await t.test(name, async () => {
            await says(site, await broadcastError(site, { ...withoutSocket, ...environment }), message);
        });
    }

    await t.test('an event larger than max_request_size', async () => {
        await says(site, await broadcastError(site, withoutSocket, 'x'.repeat(10_000)), 'Pusher error: Payload too large..');
    });
});

test('an event larger than client_max_body_size', async (t) => {
    const site = await Site.create(t, { ...withoutSocket, REVERB_MAX_REQUEST_SIZE: '100000' });
    await site.nginx(['ws.example.com.conf'], (text, file) =>
        file === 'ws.example.com.conf' ? `client_max_body_size 8k;\n${text}` : text,
    );
    await site.reverb();
    await says(site, await broadcastError(site, withoutSocket, 'x'.repeat(10_000)), '413 Request Entity Too Large');
});

test('what the start meets', async (t) => {
    const site = await Site.create(t);
    await site.reverb();

    /** The output of a start that ends with status 1. */
    const failing = async (args, options) => {
        const { code, output } = await site.artisan(['reverb:start', ...args], options);
        assert.equal(code, 1, output);
        return () => output.replaceAll(/\s+/g, ' ');
    };

    await t.test('a port that another server has', async () => {
        await says(site, await failing([]), 'reverb.servers.reverb.port: 127.0.0.1:8080 is in use: end the server that has it, or choose another port');
    });

    await t.test('port 443 without root', async () => {
        const message = '0.0.0.0:443 is not allowed: ports below 1024 need root or CAP_NET_BIND_SERVICE';
        const args = ['reverb:start', '--host=0.0.0.0', '--port=443'];
        const asUser = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
        const lowest = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
        const options = { cwd: site.app, env: site.processEnvironment };
        const { code, output } =
            lowest > 443
                ? await site.artisan(args)
                : // A container may allow it to everybody; a network of its own has the kernel's default.
                  await run('unshare', ['--net', ...asUser, 'php', 'artisan', ...args], options);
        assert.equal(code, 1, output);
        await says(site, () => output.replaceAll(/\s+/g, ' '), message);
    });

    await t.test('a socket that another server has', async () => {
        await says(
            site,
            await failing(['--port=0']),
            'reverb.servers.reverb.socket: storage/framework/reverb.sock belongs to a server that runs: end that one, or choose another path',
        );
    });
});
