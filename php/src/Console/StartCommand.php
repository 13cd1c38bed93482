<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\Command;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Events\Dispatcher;
use Laravel\Reverb\Contracts\Logger;
use Laravel\Reverb\Loggers\CliLogger;
use Laravel\Reverb\Loggers\NullLogger;
use Reverb\Laravel\Applications\ApplicationLookup;
use Reverb\Laravel\Config\ServerConfiguration;
use Reverb\Laravel\Config\UnsupportedBindings;
use Reverb\Laravel\Events\ServerStarted;
use Reverb\Laravel\Events\ServerStarting;
use Reverb\Laravel\Events\ServerStopping;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Hooks\EventHooks;
use Reverb\Laravel\Monitoring\Monitoring;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Laravel\RestartSignal;
use Reverb\Laravel\Server\Registrar;
use Reverb\Laravel\Server\Scope;
use Reverb\Server;
use Symfony\Component\Console\Attribute\AsCommand;
use Throwable;

#[AsCommand(name: 'reverb:start')]
class StartCommand extends Command
{
    private const RESTART_CHECK_SECONDS = 5.0;

    private const ROUTES = 'routes/reverb.php';

    /** @var string */
    protected $signature = 'reverb:start
                {--host= : The address to listen on}
                {--port= : The port to listen on}
                {--path= : The prefix of all routes}
                {--hostname= : The name by which clients reach the server}
                {--debug : Whether to show what happens on each connection}';

    /** @var string */
    protected $description = 'Start the Reverb server';

    /** Where it listens, once it does. */
    private string $address = '';

    public function __construct(
        private readonly Extension $extension,
        private readonly RunningServer $running,
        private readonly Scope $scope,
    ) {
        parent::__construct();
    }

    public function handle(): int
    {
        try {
            $this->extension->ensureUsable();

            UnsupportedBindings::check($this->laravel);

            $logger = $this->logger();
            $lookup = ApplicationLookup::of($this->laravel);
            $configuration = $this->configuration($logger, $lookup);
            $server = $this->extension->server($configuration);

            $this->reportExceptions($server);
            $this->announceStart($server, $configuration);
            $this->announceStop($server);
            $this->log($server, $logger);
            $this->findApplications($server, $lookup);
            $this->stopOnRestartSignal($server);
            $this->readRoutes();
            $this->dispatch(new ServerStarting($server));
            $this->laravel->make(Registrar::class)->attach($server);
            $this->laravel->make(EventHooks::class)->attach($server, $configuration->events);
            $this->laravel->make(Monitoring::class)->watch($server, $configuration);

            $this->serve($server, $configuration);
        } catch (CannotStart $e) {
            $this->components->error($e->getMessage());

            return self::FAILURE;
        }

        return self::SUCCESS;
    }

    /**
     * The one that the application bound, or the terminal.
     */
    private function logger(): Logger
    {
        if ($this->option('debug') === true) {
            $this->laravel->instance(Logger::class, new CliLogger($this->output));
        }

        return $this->laravel->make(Logger::class);
    }

    private function configuration(Logger $logger, ?ApplicationLookup $lookup): ServerConfiguration
    {
        $options = [];

        foreach (['host', 'port', 'path', 'hostname'] as $name) {
            $value = $this->option($name);

            if (is_string($value) && $value !== '') {
                $options[$name] = $value;
            }
        }

        $config = $this->laravel->make(Repository::class);

        return ServerConfiguration::read(
            $config->get('reverb'),
            $options,
            debug: ! $logger instanceof NullLogger,
            storagePath: $this->laravel->storagePath(),
            applications: $lookup === null,
            redis: $config->get('database.redis'),
        );
    }

    /**
     * What listeners and timers throw goes to the application's exception handler; the server
     * goes on.
     */
    private function reportExceptions(Server $server): void
    {
        $server->on('exception', function (Throwable $e): void {
            $this->laravel->make(ExceptionHandler::class)->report($e);
        });
    }

    private function announceStart(Server $server, ServerConfiguration $configuration): void
    {
        $server->on('started', function (array $started) use ($configuration): void {
            /** @var array{address: string, socket: ?string, warnings: list<string>} $started */
            $this->address = $started['address'].$configuration->path;

            $this->components->info(
                'Starting '.($configuration->secure() ? 'secure ' : '')."server on {$this->address}"
                .($configuration->publicName() === null ? '' : " ({$configuration->publicName()})")
            );

            if ($configuration->certificate !== null) {
                $this->components->info("Using the certificate {$configuration->certificate->file}");
            }

            foreach ([...$started['warnings'], ...$configuration->warnings()] as $warning) {
                $this->components->warn($warning);
            }

            $this->dispatch(new ServerStarted($this->address, $started['socket']));
        });
    }

    private function announceStop(Server $server): void
    {
        $server->on('stopping', function (array $stopping): void {
            /** @var array{reason: string} $stopping */
            if ($stopping['reason'] === 'stop') {
                $this->components->info("Stopping server on {$this->address}");
            }

            $this->components->info('Gracefully terminating connections.');
            $this->dispatch(new ServerStopping($stopping['reason']));
        });
    }

    private function log(Server $server, Logger $logger): void
    {
        $log = new ServerLog($this->components, $logger);

        $server->on('log', static function (array $line) use ($log): void {
            /** @var array{level: string, title: string, detail: string} $line */
            $log->write($line['level'], $line['title'], $line['detail']);
        });
    }

    private function findApplications(Server $server, ?ApplicationLookup $lookup): void
    {
        if ($lookup === null) {
            return;
        }

        $server->on('application_wanted', function (array $wanted) use ($lookup): ?array {
            /** @var array{by: string, value: string} $wanted */
            return $this->scope->during(fn (): ?array => $lookup->find($wanted['by'], $wanted['value']));
        });
    }

    /**
     * What the application registers for the server alone.
     */
    private function readRoutes(): void
    {
        $file = $this->laravel->basePath(self::ROUTES);

        if (is_file($file)) {
            (static fn () => require_once $file)();
        }
    }

    /**
     * A cache that cannot be read is reported and asked again: no reason to end a server. One whose
     * code a deploy has deleted ends too, as the way to the signal may have gone with it: a cache in
     * files lies in the release's storage folder.
     */
    private function stopOnRestartSignal(Server $server): void
    {
        $signal = $this->laravel->make(RestartSignal::class);
        $code = $this->laravel->basePath();

        $check = static function () use ($server, $signal, $code): void {
            clearstatcache();

            if (! is_dir($code) || $signal->received()) {
                $server->stop();
            }
        };

        rescue($check);
        $server->every(self::RESTART_CHECK_SECONDS, $check);
    }

    private function dispatch(object $event): void
    {
        $this->scope->during(fn () => $this->laravel->make(Dispatcher::class)->dispatch($event));
    }

    private function serve(Server $server, ServerConfiguration $configuration): void
    {
        $this->running->server = $server;

        try {
            $this->extension->run($server, $configuration);
        } finally {
            $this->running->server = null;
        }
    }
}
