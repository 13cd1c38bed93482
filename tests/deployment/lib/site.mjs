// A machine with the application on it, as docs/DEPLOYMENT.md has it: a folder with a copy of the
// application, its environment, and the daemons around it.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import tls from 'node:tls';
import { example } from './examples.mjs';
import { accepts, ask, freePort } from './net.mjs';
import { Daemon, run, until } from './processes.mjs';

const { DEPLOYMENT_APP: original } = process.env;
/** The folder of this run: certificates, and the sites. */
export const work = process.env.DEPLOYMENT_WORK;
if (!work) {
    throw new Error('DEPLOYMENT_WORK is not set: run the cases by tests/deployment/run');
}

/** Root deploys for www-data, as on a server; anybody else for themselves. */
export const root = process.getuid() === 0;
const me = os.userInfo();

/** A user's number, or its group's, by id(1). */
export async function idOf(flag, name) {
    return Number((await run('id', [flag, name])).output);
}

export const user = root
    ? { name: 'www-data', uid: await idOf('-u', 'www-data'), gid: await idOf('-g', 'www-data') }
    : { name: me.username, uid: me.uid, gid: me.gid };
const phpVersion = (await run('php', ['-n', '-r', 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;'])).output;
/** What the machine allows, up to what the examples ask for. */
export const descriptors = Math.min(65536, Number((await run('sh', ['-c', 'ulimit -Hn'])).output) || 65536);

export class Site {
    /** @param {object} [environment] what .env has besides or instead of the example's */
    static async create(t, environment = {}) {
        const ports = { https: await freePort(), http: await freePort(), reverb: await freePort() };
        return new Site(t, ports, environment);
    }

    constructor(t, ports, environment) {
        this.t = t;
        this.ports = ports;
        this.dir = mkdtempSync(`${work}/site-`);
        chmodSync(this.dir, 0o755);
        this.app = `${this.dir}/app`;
        for (const folder of ['app', 'conf.d', 'log', 'php', 'run']) {
            mkdirSync(`${this.dir}/${folder}`);
        }
        for (const name of readdirSync(original)) {
            if (name === 'vendor') {
                symlinkSync(`${original}/vendor`, `${this.app}/vendor`);
            } else if (name !== 'storage') {
                cpSync(`${original}/${name}`, `${this.app}/${name}`, { recursive: true });
            }
        }
        mkdirSync(`${this.app}/config`);
        for (const folder of ['framework/cache/data', 'framework/views', 'logs']) {
            mkdirSync(`${this.app}/storage/${folder}`, { recursive: true });
        }
        writeFileSync(`${this.dir}/php/reverb.ini`, `extension=${work}/reverb.so\ncurl.cainfo=${work}/ca.pem\n`);
        this.setEnvironment(environment);
        this.own();
    }

    /** What the processes of a deployment find in their environment. */
    get processEnvironment() {
        // The empty first folder stands for PHP's own.
        return { PATH: process.env.PATH, LANG: 'C.UTF-8', PHP_INI_SCAN_DIR: `:${this.dir}/php` };
    }

    /** The application's files belong to the user who runs it. */
    own(path = this.dir) {
        if (!root) {
            return;
        }
        chownSync(path, user.uid, user.gid);
        for (const entry of readdirSync(path, { withFileTypes: true })) {
            if (entry.isDirectory()) {
                this.own(`${path}/${entry.name}`);
            } else if (!entry.isSymbolicLink()) {
                chownSync(`${path}/${entry.name}`, user.uid, user.gid);
            }
        }
    }

    setEnvironment(changes = {}) {
        const text = example('production.env', {
            'REVERB_SERVER_PORT=8080': `REVERB_SERVER_PORT=${this.ports.reverb}`,
            'REVERB_PORT=443': `REVERB_PORT=${this.ports.https}`,
        });
        const overridden = Object.keys(changes);
        const kept = text.split('\n').filter((line) => !overridden.includes(line.split('=')[0]));
        const further = {
            APP_ENV: 'production',
            APP_KEY: `base64:${Buffer.alloc(32, 7).toString('base64')}`,
            CACHE_STORE: 'file',
            LOG_CHANNEL: 'single',
            QUEUE_CONNECTION: 'sync',
            TEST_CONFIG: this.testConfig(),
            ...changes,
        };
        const lines = Object.entries(further).map(([name, value]) => `${name}='${value}'`);
        writeFileSync(`${this.app}/.env`, [...kept, ...lines, ''].join('\n'));
    }

    /** Changes of the configuration that .env cannot say; the examples' names lead to this machine. */
    testConfig(changes = {}) {
        // 10203 is CURLOPT_RESOLVE.
        const resolve = ['ws.example.com', 'example.com'].flatMap((name) =>
            [this.ports.https, this.ports.reverb].map((port) => `${name}:${port}:127.0.0.1`),
        );
        return JSON.stringify({
            'broadcasting.connections.reverb.client_options': { curl: { 10203: resolve } },
            ...changes,
        });
    }

    log(name) {
        const file = name === 'laravel' ? `${this.app}/storage/logs/laravel.log` : `${this.dir}/log/${name}`;
        return existsSync(file) ? readFileSync(file, 'utf8') : '';
    }

    /** php artisan …, by the user who runs the application. */
    artisan(args, options = {}) {
        return run('php', ['artisan', ...args, '--no-ansi'], this.#asUser(options));
    }

    /** The message of the exception that a broadcast of another process, with this environment, ends with. */
    async broadcastError(environment, text = 'hello') {
        this.setEnvironment(environment);
        const { output } = await this.artisan(['send', 'orders', text]);
        assert.match(output, /^BroadcastException: /);
        return () => output;
    }

    /** php artisan reverb:start in the foreground; returns once it listens. */
    async reverb(args = [], options = {}) {
        const server = new Daemon(this.t, 'php', ['artisan', 'reverb:start', '--no-ansi', ...args], this.#asUser(options));
        await until(
            () => `the server's start: ${server.output}`,
            () => server.output.includes('server on ') || !server.running,
        );
        if (!server.running) {
            throw new Error(`The server ended: ${server.output}`);
        }
        return server;
    }

    #asUser({ env = {}, ...options }) {
        return {
            cwd: this.app,
            env: { ...this.processEnvironment, ...env },
            ...(root ? { uid: user.uid, gid: user.gid } : {}),
            ...options,
        };
    }

    /** deploy.sh, by the user who runs the application. */
    async deploy() {
        writeFileSync(`${this.dir}/deploy.sh`, example('deploy.sh', { '/var/www/app': this.app }));
        return run('sh', [`${this.dir}/deploy.sh`], this.#asUser({}));
    }

    /** nginx with these files of examples/deployment/nginx in conf.d; `changes` are made in them. */
    async nginx(files = ['ws.example.com.conf'], changes = (text) => text) {
        const paths = { '/var/log/nginx/': `${this.dir}/log/`, '/etc/nginx/conf.d/': `${this.dir}/conf.d/` };
        writeFileSync(
            `${this.dir}/nginx.conf`,
            changes(
                example('nginx/nginx.conf', {
                    ...paths,
                    'user www-data': `user ${user.name}`,
                    '/run/nginx.pid': `${this.dir}/run/nginx.pid`,
                    'worker_rlimit_nofile 65536': `worker_rlimit_nofile ${descriptors}`,
                    'worker_connections 32768': `worker_connections ${descriptors / 2}`,
                }),
                'nginx.conf',
            ),
        );
        const reverb = { '127.0.0.1:8080': `127.0.0.1:${this.ports.reverb}` };
        const certificate = { 'fullchain.pem': 'first.pem', 'privkey.pem': 'first.key' };
        const perFile = {
            'reverb.conf': reverb,
            'ws.example.com.conf': {
                'listen 443': `listen 127.0.0.1:${this.ports.https}`,
                '/etc/ssl/ws.example.com/': `${work}/`,
                ...certificate,
            },
            'example.com.conf': {
                'listen 80': `listen 127.0.0.1:${this.ports.http}`,
                'listen 443': `listen 127.0.0.1:${this.ports.https}`,
                '/etc/ssl/example.com/': `${work}/`,
                '/var/www/app': this.app,
                '/run/php/php-fpm.sock': `${this.dir}/run/php-fpm.sock`,
                ...certificate,
            },
        };
        for (const file of ['reverb.conf', ...files]) {
            writeFileSync(`${this.dir}/conf.d/${file}`, changes(example(`nginx/${file}`, perFile[file]), file));
        }
        // Only root may write where the distribution's nginx keeps these.
        const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'];
        writeFileSync(
            `${this.dir}/conf.d/temporary.conf`,
            temporary.map((name) => `${name}_temp_path ${this.dir}/run/${name};\n`).join(''),
        );
        const nginx = new Daemon(this.t, 'nginx', ['-e', `${this.dir}/log/error.log`, '-c', `${this.dir}/nginx.conf`, '-g', 'daemon off;']);
        await until(
            () => `nginx's start: ${nginx.output}${this.log('error.log')}`,
            async () => !nginx.running || (await accepts(this.ports.https)),
        );
        if (!nginx.running) {
            throw new Error(`nginx ended: ${nginx.output}${this.log('error.log')}`);
        }
        return nginx;
    }

    /** php-fpm with the example's pool. */
    async fpm(changes = (text) => text) {
        const socket = `${this.dir}/run/php-fpm.sock`;
        const pool = changes(
            example('php-fpm.conf', { '/run/php/php-fpm.sock': socket, 'www-data': user.name }),
        );
        writeFileSync(
            `${this.dir}/php-fpm.conf`,
            `[global]\ndaemonize = no\nerror_log = ${this.dir}/log/php-fpm.log\n${pool}`,
        );
        const fpm = new Daemon(this.t, `php-fpm${phpVersion}`, ['-y', `${this.dir}/php-fpm.conf`], {
            env: this.processEnvironment,
        });
        await until(
            () => `php-fpm's start: ${fpm.output}${this.log('php-fpm.log')}`,
            () => !fpm.running || existsSync(socket),
        );
        return fpm;
    }

    /** supervisord with the example's program. Returns what supervisorctl prints for its arguments. */
    async supervisor() {
        const socket = `${this.dir}/run/supervisor.sock`;
        writeFileSync(
            `${this.dir}/conf.d/supervisor.ini`,
            example('supervisor.conf', {
                'minfds=65536': `minfds=${descriptors}`,
                '/var/www/app': this.app,
                'user=www-data': `user=${user.name}`,
                '/var/log/supervisor/': `${this.dir}/log/`,
            }),
        );
        const configuration = `${this.dir}/supervisord.conf`;
        writeFileSync(
            configuration,
            `[unix_http_server]
file=${socket}
[supervisord]
logfile=${this.dir}/log/supervisord.log
pidfile=${this.dir}/run/supervisord.pid
childlogdir=${this.dir}/log
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${socket}
[include]
files=${this.dir}/conf.d/*.ini
`,
        );
        const daemon = new Daemon(this.t, 'supervisord', ['-n', '-c', configuration], { env: this.processEnvironment });
        await until(
            () => `supervisord's start: ${daemon.output}`,
            () => !daemon.running || existsSync(socket),
        );
        return {
            daemon,
            control: (...args) => run('supervisorctl', ['-c', configuration, ...args]),
        };
    }

    write(file, text) {
        writeFileSync(file, text);
    }

    /** The fingerprint of the certificate that is shown at a port. */
    certificate(port = this.ports.https) {
        return new Promise((resolve, reject) => {
            const socket = tls.connect({ host: '127.0.0.1', port, servername: 'ws.example.com' }, () => {
                resolve(socket.getPeerCertificate().fingerprint256);
                socket.destroy();
            });
            socket.once('error', reject);
        });
    }

    /** A page of the application, or of the WebSocket server, through nginx. */
    ask(path, options, name = 'ws.example.com') {
        return ask(`https://${name}:${this.ports.https}${path}`, options);
    }
}
