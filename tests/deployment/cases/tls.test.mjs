// TLS in the server itself, without nginx: on port 443 by a capability, and with a certificate that
// is renewed while clients are connected.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { echo, joined, next, within } from '../lib/clients.mjs';
import { example, read } from '../lib/examples.mjs';
import { Daemon, run, until } from '../lib/processes.mjs';
import { Site, root, user, work } from '../lib/site.mjs';

/** A site that serves TLS by itself, with certificates in a folder that only its user may read. */
async function secureSite(t) {
    const site = await Site.create(t);
    const folder = `${site.dir}/ssl`;
    mkdirSync(folder, { mode: 0o750 });
    copyFileSync(`${work}/first.pem`, `${folder}/fullchain.pem`);
    copyFileSync(`${work}/first.key`, `${folder}/privkey.pem`);
    site.own(folder);
    site.setEnvironment({
        REVERB_TRUSTED_PROXIES: '',
        REVERB_PORT: String(site.ports.reverb),
        REVERB_TLS_CERT: `${folder}/fullchain.pem`,
        REVERB_TLS_KEY: `${folder}/privkey.pem`,
    });
    const { code, output } = await site.artisan(['vendor:publish', '--tag=reverb-config']);
    assert.equal(code, 0, output);
    const file = `${site.app}/config/reverb.php`;
    const published = readFileSync(file, 'utf8');
    const configured = published.replace(/'options' => \[\s*'tls' => \[\],\s*\],/, () => read('tls.php.inc'));
    assert.notEqual(configured, published);
    writeFileSync(file, configured);
    return { site, folder };
}

test('the server speaks TLS, and takes renewed.sh\'s certificate without losing a client', async (t) => {
    const { site, folder } = await secureSite(t);
    const server = await site.reverb();
    const client = echo(t, site, { wssPort: site.ports.reverb });
    const channel = client.channel('orders');
    await joined(channel);
    const id = client.socketId();
    const first = await site.certificate(site.ports.reverb);

    // Certbot's folder of the renewed certificate.
    const lineage = `${site.dir}/lineage`;
    mkdirSync(lineage);
    copyFileSync(`${work}/second.pem`, `${lineage}/fullchain.pem`);
    copyFileSync(`${work}/second.key`, `${lineage}/privkey.pem`);
    const unit = read('reverb.service');
    const reload = unit.match(/^ExecReload=(.*)$/m)[1].replace('$MAINPID', server.pid);
    const script = example('renewed.sh', {
        '/etc/ssl/ws.example.com/': `${folder}/`,
        'systemctl reload reverb': reload,
        ...(root ? {} : { '-o root -g www-data': '' }),
    });
    const { code, output } = await run('sh', ['-c', script], { env: { ...process.env, RENEWED_LINEAGE: lineage } });
    assert.equal(code, 0, output);
    if (root) {
        const { uid, gid, mode } = statSync(`${folder}/privkey.pem`);
        assert.deepEqual([uid, gid, mode & 0o777], [0, user.gid, 0o640]);
    }

    await until('the renewed certificate', async () => (await site.certificate(site.ports.reverb)) !== first);
    const heard = within('event', (done) => channel.listen('Sent', done));
    await site.artisan(['send', 'orders']);
    assert.deepEqual(await heard, { text: 'hello' });
    assert.equal(client.socketId(), id);
    await next(echo(t, site, { wssPort: site.ports.reverb }), 'connected');

    // Over HTTPS too, where the socket is not used.
    const byHttps = await site.artisan(['send', 'orders'], { env: { REVERB_SERVER_SOCKET: 'false' } });
    assert.equal(byHttps.output, 'sent');
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('the drop-in allows port 443', { skip: !root && 'gives a capability, and so takes root' }, async (t) => {
    const { site } = await secureSite(t);
    const [capability] = read('reverb-443.conf').match(/(?<=^AmbientCapabilities=CAP_)\w+$/m);
    const name = capability.toLowerCase();
    // In a network of its own, where 443 is free and the kernel's default holds.
    const server = new Daemon(
        t,
        'unshare',
        [
            '--net', 'setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs',
            `--bounding-set=-all,+${name}`, `--inh-caps=-all,+${name}`, `--ambient-caps=-all,+${name}`,
            'php', 'artisan', 'reverb:start', '--no-ansi', '--host=0.0.0.0', '--port=443',
        ],
        { cwd: site.app, env: site.processEnvironment },
    );
    await until(() => `the start: ${server.output}`, () => server.output.includes('secure server on 0.0.0.0:443') || !server.running);
    assert.ok(server.running, server.output);
    assert.match(readFileSync(`/proc/${server.pid}/status`, 'utf8'), /^CapBnd:\t0{13}400$/m);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
