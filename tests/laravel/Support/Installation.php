<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;
use WeakMap;

/**
 * The Laravel application in build/laravel/app, with a storage folder and an environment of its
 * own: what a user has on a machine.
 */
final class Installation
{
    private const DEFAULTS = [
        'APP_ENV' => 'local',
        'APP_DEBUG' => 'false',
        'APP_KEY' => 'base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
        'BROADCAST_CONNECTION' => 'reverb',
        'CACHE_STORE' => 'file',
        'DB_CONNECTION' => 'sqlite',
        'LOG_CHANNEL' => 'single',
        'QUEUE_CONNECTION' => 'sync',
        'REVERB_APP_ID' => 'app-id',
        'REVERB_APP_KEY' => 'app-key',
        'REVERB_APP_SECRET' => 'app-secret',
        'REVERB_HOST' => '127.0.0.1',
        'REVERB_SCHEME' => 'http',
        'REVERB_SERVER_HOST' => '127.0.0.1',
        'REVERB_SERVER_PORT' => '0',
        // A port where nobody listens: what arrives did not go over HTTP.
        'REVERB_PORT' => '9',
        // Two threads, whatever the machine has: a test of one would not see what two do.
        'REVERB_SERVER_THREADS' => '2',
        'REVERB_DRAIN_WINDOW' => '0.2',
    ];

    /** @var ?WeakMap<Process, self> its folder outlives its processes */
    private static ?WeakMap $inUse = null;

    public readonly string $storage;

    /**
     * @param  array<string, string>  $environment
     */
    public function __construct(
        private readonly array $environment = [],
    ) {
        $this->storage = sys_get_temp_dir().'/reverb-'.bin2hex(random_bytes(6));

        foreach (['config', 'framework/cache/data', 'framework/views', 'framework/sessions', 'logs'] as $folder) {
            mkdir("{$this->storage}/{$folder}", 0777, true);
        }

        // Laravel 10 has them in the application.
        foreach (glob(self::app().'/config/*.php') ?: [] as $file) {
            copy($file, $this->config(basename($file)));
        }
    }

    public function __destruct()
    {
        (new Process(['rm', '-rf', $this->storage]))->run();
    }

    public static function root(): string
    {
        return dirname(__DIR__, 3);
    }

    public static function app(): string
    {
        return self::root().'/build/laravel/app';
    }

    /**
     * Where Laravel 10 is tested: an application as it makes one.
     */
    public static function skeleton(): string
    {
        return self::root().'/build/laravel/skeleton';
    }

    public static function extension(): string
    {
        return getenv('REVERB_EXTENSION') ?: throw new \RuntimeException('REVERB_EXTENSION is not set');
    }

    /**
     * A command that runs another as somebody whom a file's mode can refuse: root opens any file.
     *
     * @return list<string>
     */
    public static function stranger(): array
    {
        return posix_geteuid() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    }

    public function socket(): string
    {
        return "{$this->storage}/framework/reverb.sock";
    }

    /**
     * The server's ends of the connections to its unix socket, by the kernel's numbers.
     *
     * @return list<string>
     */
    public function publishers(): array
    {
        preg_match_all('/ 03 +(\d+) '.preg_quote($this->socket(), '/').'$/m', (string) file_get_contents('/proc/net/unix'), $matches);
        sort($matches[1]);

        return $matches[1];
    }

    public function config(string $file): string
    {
        return "{$this->storage}/config/{$file}";
    }

    public function log(): string
    {
        return (string) @file_get_contents("{$this->storage}/logs/laravel.log");
    }

    /**
     * What the application's recorders have written down.
     *
     * @return list<array<string, mixed>>
     */
    public function events(): array
    {
        $lines = @file("{$this->storage}/logs/events.jsonl", FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) ?: [];

        return array_map(static fn (string $line): array => json_decode($line, true, flags: JSON_THROW_ON_ERROR), $lines);
    }

    /**
     * Waits until something is so.
     */
    public function waitUntil(callable $so, float $timeout = 10.0): void
    {
        $deadline = microtime(true) + $timeout;

        while (! $so()) {
            if (microtime(true) > $deadline) {
                throw new \RuntimeException("Not within {$timeout} s. Events:\n".json_encode($this->events(), JSON_PRETTY_PRINT));
            }

            usleep(20_000);
        }
    }

    /**
     * The tables of queues, Pulse and Telescope, in a database of this installation's own.
     */
    public function createTables(): void
    {
        touch("{$this->storage}/database.sqlite");
        $this->artisan(['test:tables'])->mustRun();
    }

    /**
     * What its database has.
     *
     * @param  list<string>  $values
     * @return list<list<mixed>>
     */
    public function query(string $sql, array $values = []): array
    {
        $statement = (new \PDO("sqlite:{$this->storage}/database.sqlite"))->prepare($sql);
        $statement->execute($values);

        return $statement->fetchAll(\PDO::FETCH_NUM);
    }

    /**
     * `php artisan …`, not yet started.
     *
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     * @param  list<string>  $prefix  a command that runs it
     */
    public function artisan(array $arguments, array $environment = [], bool $extension = true, array $prefix = []): Process
    {
        return $this->php(['artisan', ...$arguments, '--no-ansi'], $environment, $extension, $prefix);
    }

    /**
     * The application on PHP's own web server, not yet started.
     *
     * @param  array<string, string>  $environment
     * @param  list<string>  $prefix  a command that runs it
     */
    public function web(int $port, array $environment = [], array $prefix = []): Process
    {
        // The web server keeps the environment from $_ENV unless told.
        $arguments = ['-d', 'variables_order=EGPCS', '-S', "127.0.0.1:{$port}", '-t', 'public', 'public/index.php'];

        return $this->php($arguments, $environment, prefix: $prefix);
    }

    /**
     * Lets other users write what the application writes.
     */
    public function share(): void
    {
        $folders = array_map(fn (string $folder): string => "{$this->storage}/{$folder}", ['logs', 'framework/cache', 'framework/sessions']);

        (new Process(['chmod', '-R', 'a+rwX', ...$folders]))->mustRun();
    }

    /**
     * @param  list<string>  $options
     * @param  array<string, string>  $environment
     */
    public function start(array $options = [], array $environment = []): ServerProcess
    {
        return ServerProcess::start($this->artisan(['reverb:start', ...$options], $environment), $this);
    }

    /**
     * Broadcasts from a process of its own.
     *
     * @param  list<string>  $arguments  of test:broadcast
     * @param  array<string, string>  $environment
     * @param  list<string>  $prefix  a command that runs it
     * @return array{took: list<int>, exception?: string, message?: string}
     */
    public function broadcast(array $arguments, array $environment = [], bool $extension = true, array $prefix = []): array
    {
        $output = $this->artisan(['test:broadcast', ...$arguments], $environment, $extension, $prefix)->mustRun()->getOutput();

        return json_decode($output, true, flags: JSON_THROW_ON_ERROR);
    }

    /**
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     * @param  list<string>  $prefix
     */
    public function php(array $arguments, array $environment, bool $extension = true, array $prefix = []): Process
    {
        return $this->process(
            [...$prefix, PHP_BINARY, ...($extension ? ['-d', 'extension='.self::extension()] : []), ...$arguments], $environment
        );
    }

    /**
     * Any command, in the application's folder and with its environment, not yet started.
     *
     * @param  list<string>  $command
     * @param  array<string, string>  $environment
     */
    public function process(array $command, array $environment = []): Process
    {
        $process = new Process(
            $command,
            self::app(),
            [...self::DEFAULTS, 'LARAVEL_STORAGE_PATH' => $this->storage, 'DB_DATABASE' => "{$this->storage}/database.sqlite", ...$this->environment, ...$environment],
            timeout: 60,
        );

        self::$inUse ??= new WeakMap;
        self::$inUse[$process] = $this;

        return $process;
    }
}
