<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;

/**
 * The application of tests/laravel/migration in a folder of its own, first as laravel/reverb has
 * left it: its files, its .env, and laravel/reverb required. A stand-in is what Composer finds of
 * that, so nothing of the application runs before migrate().
 */
final class MigratedApplication
{
    public readonly ComposerProject $composer;

    public readonly string $folder;

    /** Where reverb:start is told to listen, and where .env says that clients find it. */
    public readonly int $port;

    /**
     * @param  string  $version  of laravel/reverb, by which its configuration file was published
     */
    public function __construct(string $version)
    {
        $this->folder = sys_get_temp_dir().'/reverb-'.bin2hex(random_bytes(6));
        $this->port = self::freePort();

        (new Process(['cp', '-R', dirname(__DIR__).'/migration', $this->folder]))->mustRun();

        if (is_dir(Installation::skeleton())) {
            $this->toLaravel10();
        }

        foreach (['bootstrap/cache', 'storage/framework/cache/data', 'storage/framework/views', 'storage/framework/sessions', 'storage/logs'] as $folder) {
            @mkdir("{$this->folder}/{$folder}", recursive: true);
        }

        rename("{$this->folder}/published/reverb-{$version}.php", "{$this->folder}/config/reverb.php");
        touch("{$this->folder}/database/database.sqlite");
        file_put_contents("{$this->folder}/.env", self::environment($this->port));

        $this->composer = new ComposerProject(
            $this->folder,
            json_decode((string) file_get_contents("{$this->folder}/composer.json"), true, flags: JSON_THROW_ON_ERROR),
            ['laravel/reverb' => ['version' => '1.9.0']],
        );
        $this->composer->run('install', '--no-scripts');
    }

    public function __destruct()
    {
        (new Process(['rm', '-rf', $this->folder]))->run();
    }

    /**
     * Laravel 10 has kernels and configuration files in the application, and the providers among these.
     */
    private function toLaravel10(): void
    {
        $parts = static fn (string ...$parts): array => array_map(static fn (string $part): string => Installation::skeleton()."/{$part}", $parts);

        (new Process(['cp', '-R', '--no-clobber', ...$parts('app', 'config', 'routes'), $this->folder]))->mustRun();
        (new Process(['cp', '-R', ...$parts('artisan', 'bootstrap', 'public'), $this->folder]))->mustRun();
        unlink("{$this->folder}/bootstrap/providers.php");

        foreach ([
            'config/app.php' => ['// App\Providers\BroadcastServiceProvider::class', 'App\Providers\BroadcastServiceProvider::class'],
            // Listeners are found by their types only where an application says so.
            'app/Providers/EventServiceProvider.php' => ['return false', 'return true'],
        ] as $file => [$from, $to]) {
            $contents = str_replace($from, $to, (string) file_get_contents("{$this->folder}/{$file}"), $count);
            file_put_contents("{$this->folder}/{$file}", $count === 1 ? $contents : throw new \RuntimeException("No \"{$from}\" in {$file}"));
        }
    }

    /**
     * What README says an application that uses laravel/reverb has to do.
     */
    public function migrate(): void
    {
        $this->composer->run('require', 'reverb-native/laravel:@dev');
    }

    /**
     * The files that are the application's own, by their contents.
     *
     * @return array<string, string>
     */
    public function files(): array
    {
        $files = [];
        $own = ['.env', 'app', 'artisan', 'bootstrap/app.php', 'config', 'database/migrations', 'public', 'routes'];

        if (is_file("{$this->folder}/bootstrap/providers.php")) {
            $own[] = 'bootstrap/providers.php';
        }

        foreach ((new Process(['find', ...$own, '-type', 'f'], $this->folder))->mustRun()->getIterator(Process::ITER_SKIP_ERR) as $lines) {
            foreach (array_filter(explode("\n", $lines)) as $file) {
                $files[$file] = (string) md5_file("{$this->folder}/{$file}");
            }
        }

        ksort($files);

        return $files;
    }

    /**
     * `php artisan …`, not yet started.
     *
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     */
    public function artisan(array $arguments, array $environment = []): Process
    {
        return $this->php(['artisan', ...$arguments, '--no-ansi'], $environment);
    }

    /**
     * The server as Supervisor starts it.
     *
     * @param  array<string, string>  $environment
     */
    public function start(array $environment = []): ServerProcess
    {
        return ServerProcess::start(
            $this->artisan(['reverb:start', '--host=127.0.0.1', "--port={$this->port}", '--hostname=localhost', '--debug'], $environment), $this
        );
    }

    /**
     * The application on PHP's own web server, which has begun to serve.
     */
    public function web(int $port): Process
    {
        $web = $this->php(['-S', "127.0.0.1:{$port}", '-t', 'public', 'public/index.php'], []);
        $web->start();
        $web->waitUntil(fn (): bool => str_contains($web->getErrorOutput(), 'started'));

        return $web;
    }

    public function log(string $name): string
    {
        return (string) @file_get_contents("{$this->folder}/storage/logs/{$name}");
    }

    public static function freePort(): int
    {
        $server = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('No free port');

        return (int) substr((string) strrchr((string) stream_socket_get_name($server, false), ':'), 1);
    }

    /**
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     */
    private function php(array $arguments, array $environment): Process
    {
        return new Process(
            [PHP_BINARY, '-d', 'extension='.Installation::extension(), ...$arguments], $this->folder, $environment, timeout: 60,
        );
    }

    /**
     * The variables of a new application, and those that reverb:install of laravel/reverb adds.
     */
    private static function environment(int $port): string
    {
        $key = base64_encode(random_bytes(32));

        return <<<ENV
            APP_NAME=Laravel
            APP_ENV=local
            APP_KEY=base64:{$key}
            APP_DEBUG=false

            LOG_CHANNEL=single
            DB_CONNECTION=sqlite
            SESSION_DRIVER=file
            BROADCAST_CONNECTION=reverb
            QUEUE_CONNECTION=database
            CACHE_STORE=file

            REVERB_APP_ID=482915
            REVERB_APP_KEY=wbmhrdzyxnqatokvfjls
            REVERB_APP_SECRET=qkvnzoyrtmcgpwdxhjbe
            REVERB_HOST="localhost"
            REVERB_PORT={$port}
            REVERB_SCHEME=http

            VITE_REVERB_APP_KEY="\${REVERB_APP_KEY}"
            VITE_REVERB_HOST="\${REVERB_HOST}"
            VITE_REVERB_PORT="\${REVERB_PORT}"
            VITE_REVERB_SCHEME="\${REVERB_SCHEME}"

            ENV;
    }
}
