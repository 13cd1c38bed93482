import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from '/work/wt/deploy/tests/deployment/node_modules/playwright-core/index.mjs';
import { echo, joined, within, app } from '/work/wt/deploy/tests/deployment/lib/clients.mjs';
import { Site, root } from '/work/wt/deploy/tests/deployment/lib/site.mjs';
import { run } from '/work/wt/deploy/tests/deployment/lib/processes.mjs';
import { readFileSync } from 'node:fs';

async function page(t, site, script, {host='example.com'}={}) {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false, args: ['--disable-gpu','--host-resolver-rules=MAP *.example.com 127.0.0.1, MAP example.com 127.0.0.1'] });
    const p = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    p.on('console', (m) => console.log('CONSOLE', m.type(), m.text()));
    p.on('pageerror', (m) => console.log('PAGEERROR', m.message));
    await p.goto(`https://${host}:${site.ports.https}/up`);
    await p.addScriptTag({ path: '/work/wt/deploy/tests/deployment/node_modules/pusher-js/dist/web/pusher.js' }).catch(e=>console.log(e.message));
    await p.evaluate(script).catch(e => console.log('EVAL', e.message));
    await sleep(1500);
    await browser.close();
}
const connect = (site, o={}) => `(() => { const p = new Pusher('${o.key ?? 'my-key'}', Object.assign({cluster:'', wsHost:'ws.example.com', wsPort:${o.port ?? site.ports.https}, wssPort:${o.port ?? site.ports.https}, forceTLS:${o.tls ?? true}, enabledTransports:['ws','wss'], disableStats: true})); p.connection.bind('error', e => console.log('ERR', JSON.stringify(e))); p.connection.bind('state_change', e => console.log('STATE', JSON.stringify(e)));})()`;

test('port 8080 with https', async (t) => {
    const site = await Site.create(t);
    site.setEnvironment({ REVERB_PORT: String(site.ports.reverb), REVERB_SERVER_SOCKET: 'false' });
    await site.nginx(['ws.example.com.conf', 'example.com.conf']);
    const s = await site.reverb();
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    await page(t, site, connect(site, { port: site.ports.reverb }));
    console.log('mixed'); await page(t, site, connect(site, { tls: false, port: site.ports.reverb }));
    console.log(s.output);
    console.log('key'); await page(t, site, connect(site, { key: 'nobody' }));
    console.log('ok'); await page(t, site, connect(site));
});
test('no upgrade', async (t) => {
    const site = await Site.create(t);
    await site.nginx(['ws.example.com.conf', 'example.com.conf'], (text, file) => text.replaceAll(/proxy_set_header (Upgrade|Connection) .*/g, ''));
    const s = await site.reverb();
    await page(t, site, connect(site));
    console.log(await site.ask('/app/my-key', {headers: {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='}}));
});
test('no upgrade, http 1.0', async (t) => {
    const site = await Site.create(t);
    await site.nginx(['ws.example.com.conf', 'example.com.conf'], (text, file) => text.replaceAll(/proxy_set_header (Upgrade|Connection) .*/g, '').replaceAll('proxy_http_version 1.1;', ''));
    const s = await site.reverb();
    console.log(await site.ask('/app/my-key', {headers: {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='}}));
    console.log(await site.ask('/up'));
    site.setEnvironment({ REVERB_SERVER_SOCKET: 'false' });
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
});
test('headers but http 1.0', async (t) => {
    const site = await Site.create(t);
    await site.nginx(['ws.example.com.conf', 'example.com.conf'], (text, file) => text.replaceAll('proxy_http_version 1.1;', ''));
    const s = await site.reverb();
    console.log(await site.ask('/app/my-key', {headers: {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='}}));
    await page(t, site, connect(site));
});
test('down', async (t) => {
    const site = await Site.create(t, { REVERB_SERVER_SOCKET: 'false' });
    await site.nginx(['ws.example.com.conf', 'example.com.conf']);
    await page(t, site, connect(site));
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    console.log(site.log('error.log'));
});
test('publishing', async (t) => {
    const site = await Site.create(t, { REVERB_SERVER_SOCKET: 'false' });
    await site.nginx();
    const s = await site.reverb();
    console.log(await site.artisan(['test:broadcast', 'now', 'a', '--text=' + 'x'.repeat(20000)]));
    site.setEnvironment({ REVERB_SERVER_SOCKET: 'false', REVERB_APP_SECRET: 'wrong' });
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    site.setEnvironment({ REVERB_SERVER_SOCKET: 'false', REVERB_APP_KEY: 'wrong' });
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    site.setEnvironment({ REVERB_SERVER_SOCKET: 'false', REVERB_APP_ID: 'wrong' });
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    site.setEnvironment({ REVERB_SERVER_SOCKET: 'false', REVERB_SCHEME: 'http' });
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    site.setEnvironment({ REVERB_APP_ID: 'wrong' });
    console.log(await site.artisan(['test:broadcast', 'now', 'a']));
    console.log(await site.artisan(['reverb:start']));
    console.log(await site.artisan(['reverb:start', '--port=0']));
});
