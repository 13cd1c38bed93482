// The usual mistakes, each made for real: what is seen then is what docs/DEPLOYMENT.md says. Of
// nginx's configuration.
import test from 'node:test';
import { browser, page } from '../lib/browser.mjs';
import { echo, next } from '../lib/clients.mjs';
import { says } from '../lib/document.mjs';
import { Site } from '../lib/site.mjs';

const both = ['ws.example.com.conf', 'example.com.conf'];
const withoutSocket = { REVERB_SERVER_SOCKET: 'false' };

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
        await says(site, await site.broadcastError(withoutSocket), '502 Bad Gateway');
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
