// Supervisor keeps the server running.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { echo, joined, within } from '../lib/clients.mjs';
import { read } from '../lib/examples.mjs';
import { until } from '../lib/processes.mjs';
import { Site, descriptors, user } from '../lib/site.mjs';

// As a page's bundler takes it, whatever this Node holds a .js file for.
const { reconnectSooner } = await import(`data:text/javascript,${encodeURIComponent(read('reconnect.js'))}`);

/** The state that supervisorctl shows. */
async function state(supervisor) {
    const { output } = await supervisor.control('status', 'reverb');
    return output.split(/\s+/)[1];
}

/** The process, once it serves and is another than this. */
async function running(site, supervisor, other = 0) {
    await until('200', async () => (await site.ask('/up')).status === 200);
    return until('another process', async () => {
        const pid = Number((await supervisor.control('pid', 'reverb')).output);
        return pid !== other && pid;
    });
}

/** Some Echo clients on a channel: plain ones, and ones with reconnect.js. */
async function audience(t, site) {
    const people = Array.from({ length: 6 }, (_, index) => {
        const sooner = index % 2 === 1;
        const client = echo(t, site);
        if (sooner) {
            reconnectSooner(client.connector.pusher);
        }
        return { sooner, client, channel: client.channel('orders') };
    });
    await Promise.all(people.map(({ channel }) => joined(channel)));
    return people;
}

/** Seconds until each of them is subscribed again. */
async function back(people) {
    const started = Date.now();
    const took = await Promise.all(
        people.map(({ channel }) => joined(channel, 60).then(() => (Date.now() - started) / 1000)),
    );
    return took.map((seconds) => Number(seconds.toFixed(1)));
}

/** An event of another process reaches all of them. */
async function hear(site, people, text) {
    const heard = people.map(({ channel }) =>
        within(text, (done) => channel.listen('Sent', (event) => event.text === text && done())),
    );
    assert.equal((await site.artisan(['send', 'orders', text])).output, 'sent');
    await Promise.all(heard);
}

/** Seconds in which the server answers again, after it no longer did. */
async function outage(site) {
    const up = async () => (await site.ask('/up')).status;
    await until('the old server\'s end', async () => (await up()) === 502);
    const started = Date.now();
    await until('the new server\'s start', async () => (await up()) === 200);
    return (Date.now() - started) / 1000;
}

test('the program of supervisor.conf', async (t) => {
    const site = await Site.create(t);
    await site.nginx();
    const supervisor = await site.supervisor();
    let pid = await running(site, supervisor);
    const people = await audience(t, site);
    const sooner = people.filter((person) => person.sooner);
    const plain = people.filter((person) => !person.sooner);

    await t.test('runs as the user and with the descriptors of the file', async () => {
        const [, uid] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^Uid:\t(\d+)/m);
        assert.equal(Number(uid), user.uid);
        assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), new RegExp(`^Max open files +${descriptors} `, 'm'));
        await hear(site, people, 'at first');
    });

    await t.test('gets SIGHUP from supervisorctl', async () => {
        assert.equal((await supervisor.control('signal', 'HUP', 'reverb')).output, 'reverb: signalled\n');
        await hear(site, people, 'after SIGHUP');
    });

    await t.test('is started again when it was killed, and clients come back', async (t) => {
        const all = [back(sooner), back(plain)];
        process.kill(pid, 'SIGKILL');
        const seconds = await outage(site);
        t.diagnostic(`the server was away for ${seconds} s`);
        pid = await running(site, supervisor, pid);
        const took = await all[0];
        t.diagnostic(`clients with reconnect.js were back after ${took.join(', ')} s`);
        await hear(site, sooner, 'after SIGKILL');
        const slower = await all[1];
        t.diagnostic(`clients without it after ${slower.join(', ')} s`);
        // On a machine of its own: 1.3, 5 and 16 s.
        assert.ok(seconds < 10 && Math.max(...took) < 20 && Math.max(...slower) < 40, 'within seconds');
        await hear(site, people, 'all of them');
    });

    await t.test('is another process after the deploy script, and clients come back', async (t) => {
        plain.forEach(({ client }) => client.disconnect());
        const all = back(sooner);
        const { code, output } = await site.deploy();
        assert.equal(code, 0, output);
        t.diagnostic(`the server was away for ${await outage(site)} s`);
        pid = await running(site, supervisor, pid);
        const took = await all;
        t.diagnostic(`clients with reconnect.js were back ${took.join(', ')} s after the command`);
        assert.ok(Math.max(...took) < 40, 'within seconds');
        await hear(site, sooner, 'after the deploy');
        assert.match(site.log('reverb.log'), /INFO {2}Stopping server on 127\.0\.0\.1:\d+/);
        assert.match(site.log('supervisord.log'), /exited: reverb \(exit status 0; expected\)/);
    });

    await t.test('is not started again when it was stopped', async () => {
        const closed = sooner.map(({ client }) =>
            within('close', (done) =>
                client.connector.pusher.connection.bind('error', (e) => e.error?.data?.code === 4200 && done()),
            ),
        );
        const { output } = await supervisor.control('stop', 'reverb');
        assert.equal(output, 'reverb: stopped\n');
        assert.match(site.log('supervisord.log'), /stopped: reverb \(exit status 0\)/);
        await Promise.all(closed);
        await sleep(2000);
        assert.equal(await state(supervisor), 'STOPPED');
    });
});
