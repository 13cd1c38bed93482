// The usual mistakes, each made for real: what is seen then is what docs/DEPLOYMENT.md says. Of
// processes that publish, and of the start.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { says } from '../lib/document.mjs';
import { run } from '../lib/processes.mjs';
import { Site, user } from '../lib/site.mjs';

const withoutSocket = { REVERB_SERVER_SOCKET: 'false' };

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
            await says(site, await site.broadcastError({ ...withoutSocket, ...environment }), message);
        });
    }

    await t.test('an event larger than max_request_size', async () => {
        await says(site, await site.broadcastError(withoutSocket, 'x'.repeat(10_000)), 'Pusher error: Payload too large..');
    });
});

test('an event larger than client_max_body_size', async (t) => {
    const site = await Site.create(t, { ...withoutSocket, REVERB_MAX_REQUEST_SIZE: '100000' });
    await site.nginx(['ws.example.com.conf'], (text, file) =>
        file === 'ws.example.com.conf' ? `client_max_body_size 8k;\n${text}` : text,
    );
    await site.reverb();
    await says(site, await site.broadcastError(withoutSocket, 'x'.repeat(10_000)), '413 Request Entity Too Large');
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
