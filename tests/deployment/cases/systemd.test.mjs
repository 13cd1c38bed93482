// The systemd unit. No systemd runs in a container, so its lines are checked by systemd-analyze and
// then carried out as systemd would: same command, folder, user, limits, privileges, writable paths
// and signals. The filter of system calls is not applied: those that the server makes are recorded
// and looked up in it. The other Protect and Restrict settings are only checked for their spelling.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { echo, joined, within } from '../lib/clients.mjs';
import { example, read } from '../lib/examples.mjs';
import { Daemon, run, until } from '../lib/processes.mjs';
import { Site, descriptors, root, user } from '../lib/site.mjs';

/** The settings of the unit, by name. */
function settings(text) {
    return Object.fromEntries(
        text
            .split('\n')
            .filter((line) => /^\w+=/.test(line))
            .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
}

/** The system calls of a set, and of the sets in it. */
async function systemCalls(set) {
    const { output } = await run('systemd-analyze', ['syscall-filter', set]);
    const names = output.split('\n').slice(1).map((line) => line.trim()).filter((line) => /^@?[\w-]+$/.test(line));
    const sets = names.filter((name) => name.startsWith('@'));
    const nested = await Promise.all(sets.map(systemCalls));
    return new Set([...names, ...nested.flatMap((calls) => [...calls])]);
}

test('systemd accepts every line of the unit', async (t) => {
    const site = await Site.create(t);
    const file = `${site.dir}/reverb.service`;
    writeFileSync(file, read('reverb.service'));
    assert.deepEqual(await run('systemd-analyze', ['verify', '--man=no', file]), { code: 0, output: '' });
    writeFileSync(file, read('reverb.service').replace('Restart=always', 'Restart=allways'));
    assert.match((await run('systemd-analyze', ['verify', '--man=no', file])).output, /allways/, 'it does look');
});

test('the unit, carried out by hand', async (t) => {
    const site = await Site.create(t);
    const unit = settings(example('reverb.service', { '/var/www/app': site.app, 'www-data': user.name }));
    const runtime = `${site.dir}/run/${unit.RuntimeDirectory}`;
    site.setEnvironment({ REVERB_SERVER_SOCKET: `${runtime}/reverb.sock`, REVERB_DRAIN_WINDOW: '0.2' });
    await site.nginx();

    mkdirSync(runtime);
    chmodSync(runtime, parseInt(unit.RuntimeDirectoryMode, 8));
    site.own(runtime);

    const limited = (command) => ['-c', `ulimit -n ${Math.min(descriptors, unit.LimitNOFILE)} && exec "$@"`, 'sh', ...command];
    const unprivileged = root
        ? ['setpriv', `--reuid=${unit.User}`, `--regid=${unit.Group}`, '--init-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs']
        : ['setpriv', '--no-new-privs'];
    // ProtectSystem=strict with ReadWritePaths, as far as the site's own folder goes.
    const confined = root
        ? ['unshare', '--mount', 'sh', '-ec', `
            for path in ${site.dir} ${unit.ReadWritePaths} ${runtime}; do mount --bind $path $path; done
            mount -o remount,bind,ro ${site.dir}
            cd ${unit.WorkingDirectory}
            exec "$@"`, 'sh']
        : [];
    const start = async (prefix = []) => {
        const options = { cwd: unit.WorkingDirectory, env: site.processEnvironment };
        const command = [...confined, ...unprivileged, ...prefix, ...unit.ExecStart.split(' ')];
        const server = new Daemon(t, 'sh', limited(command), options);
        await until(() => `the start: ${server.output}`, () => server.output.includes('server on ') || !server.running);
        assert.ok(server.running, server.output);
        return server;
    };
    const server = await start();
    const client = echo(t, site);
    const channel = client.channel('orders');
    await joined(channel);
    const hear = async () => {
        const heard = within('event', (done) => channel.listen('Sent', done));
        await site.artisan(['send', 'orders']);
        assert.deepEqual(await heard, { text: 'hello' });
    };

    await t.test('ExecStart serves, with the unit\'s limits and no privileges', async () => {
        await hear();
        assert.match(site.log('laravel'), /Connected from 127\.0\.0\.1/, 'it may write its log');
        const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
        assert.match(status, new RegExp(`^Uid:\t${user.uid}\t`, 'm'));
        assert.match(status, /^NoNewPrivs:\t1$/m);
        if (root) {
            assert.match(status, /^CapBnd:\t0+$/m);
            assert.match(readFileSync(`/proc/${server.pid}/mounts`, 'utf8'), new RegExp(` ${site.dir} \\S+ ro,`));
        }
        assert.match(readFileSync(`/proc/${server.pid}/limits`, 'utf8'), new RegExp(`^Max open files +${descriptors} `, 'm'));
    });

    await t.test('ExecReload does a server without TLS no harm', async () => {
        const [program, ...args] = unit.ExecReload.replace('$MAINPID', server.pid).split(' ');
        assert.deepEqual(await run(program, args), { code: 0, output: '' });
        await hear();
        assert.equal(client.connector.pusher.connection.state, 'connected');
    });

    await t.test('the socket is in RuntimeDirectory, for its group', () => {
        const socket = statSync(`${runtime}/reverb.sock`);
        assert.ok(socket.isSocket());
        assert.equal(socket.mode & 0o777, 0o660);
        assert.equal(socket.gid, user.gid);
        assert.equal(statSync(runtime).mode & 0o777, 0o750);
    });

    await t.test('a stop is SIGTERM, ends well and within TimeoutStopSec', async () => {
        const started = Date.now();
        const closed = within('4200', (done) =>
            client.connector.pusher.connection.bind('error', (e) => e.error?.data?.code === 4200 && done()),
        );
        assert.equal(unit.KillSignal, undefined, 'SIGTERM is the default');
        assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
        assert.ok(Date.now() - started < Number(unit.TimeoutStopSec) * 1000);
        await closed;
    });

    await t.test('SystemCallFilter has every system call of a start, a client, an event and a stop', async (t) => {
        client.disconnect();
        const record = `${unit.ReadWritePaths}/calls`;
        const traced = await start(['strace', '--follow-forks', '--quiet=all', '--output', record]);
        const channel = echo(t, site).channel('orders');
        await joined(channel);
        const heard = within('event', (done) => channel.listen('Sent', done));
        await site.artisan(['send', 'orders']);
        await heard;
        const [pid] = readFileSync(`/proc/${traced.pid}/task/${traced.pid}/children`, 'utf8').split(' ');
        process.kill(Number(pid), 'SIGTERM');
        assert.deepEqual(await traced.ended, { code: 0, signal: null });
        const calls = new Set([...readFileSync(record, 'utf8').matchAll(/^\d+ +([a-z]\w*)\(/gm)].map(([, call]) => call));
        for (const call of ['execve', 'bind', 'listen', 'accept4', 'chmod', 'unlink']) {
            assert.ok(calls.has(call), `${call} was recorded`);
        }
        const allowed = await systemCalls(unit.SystemCallFilter);
        assert.deepEqual([...calls].filter((call) => !allowed.has(call)), []);
    });

    await t.test('after SIGKILL it starts again over what the killed one left', async (t) => {
        const killed = await start();
        const again = echo(t, site);
        await joined(again.channel('orders'));
        // A second, unless this machine is so busy that the start takes longer: then pusher-js waits.
        const back = joined(again.channel('orders'), 40);
        const died = Date.now();
        await killed.stop('SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, parseInt(unit.RestartSec, 10)));
        const next = await start();
        await back;
        t.diagnostic(`a plain client was back after ${(Date.now() - died) / 1000} s`);
        assert.ok(statSync(`${runtime}/reverb.sock`).isSocket());
        await next.stop();
    });
});
