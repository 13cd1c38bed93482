<?php

declare(strict_types=1);

namespace Reverb\Laravel;

use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Foundation\Application;
use Illuminate\Contracts\Foundation\CachesConfiguration;
use Illuminate\Foundation\Console\AboutCommand;
use Illuminate\Foundation\DevCommands;
use Illuminate\Support\ServiceProvider;
use Laravel\Pulse\Pulse;
use Laravel\Reverb\Contracts\Logger;
use Laravel\Reverb\Loggers\NullLogger;
use Laravel\Reverb\Pulse\Livewire\Connections;
use Laravel\Reverb\Pulse\Livewire\Messages;
use Livewire\LivewireManager;
use Reverb\Laravel\Applications\ApplicationLookup;
use Reverb\Laravel\Applications\KnownApplications;
use Reverb\Laravel\Broadcasting\PublishingWay;
use Reverb\Laravel\Broadcasting\ReverbBroadcaster;
use Reverb\Laravel\Broadcasting\SdkConfig;
use Reverb\Laravel\Broadcasting\Transport;
use Reverb\Laravel\Console\AboutReverb;
use Reverb\Laravel\Console\ClientEventHandlerMakeCommand;
use Reverb\Laravel\Console\InstallCommand;
use Reverb\Laravel\Console\RestartCommand;
use Reverb\Laravel\Console\StartCommand;
use Reverb\Laravel\Console\StatusCommand;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Laravel\Server\Registrar;
use Reverb\Laravel\Server\Scope;

class ReverbServiceProvider extends ServiceProvider
{
    private const CONFIG = __DIR__.'/../config/reverb.php';

    private const STUBS = __DIR__.'/../stubs';

    private const VIEWS = __DIR__.'/../resources/views';

    public function register(): void
    {
        $this->mergeConfig();

        $this->app->singleton(Extension::class, fn (): Extension => Extension::loaded());
        $this->app->singleton(RunningServer::class);
        $this->app->singleton(KnownApplications::class);
        $this->app->singleton(Registrar::class);
        $this->app->singleton(Scope::class);
        $this->app->singleton(Transport::class, fn (Application $app): Transport => new Transport(
            $app->make(RunningServer::class), $app->make(Extension::class), $app->make(PublishingWay::class)
        ));
        $this->app->singleton(PublishingWay::class, function (Application $app): PublishingWay {
            $config = $app->make(Repository::class);

            return PublishingWay::read(
                $config->get('reverb.servers.reverb'), $config->get('database.redis'), $app->storagePath(), $app->make(Extension::class),
                static fn (): array => ApplicationLookup::of($app) === null ? self::applicationIds($config->get('reverb.apps.apps')) : []
            );
        });

        $this->app->singletonIf(Logger::class, NullLogger::class);

        $this->registerBroadcaster();
    }

    public function boot(): void
    {
        $this->addPulseCards();

        if (! $this->app->runningInConsole()) {
            return;
        }

        $this->commands([
            StartCommand::class, RestartCommand::class, StatusCommand::class, InstallCommand::class, ClientEventHandlerMakeCommand::class,
        ]);

        AboutCommand::add('Reverb', fn (): array => $this->app->make(AboutReverb::class)->lines());

        $this->publishes([self::CONFIG => $this->app->configPath('reverb.php')], ['reverb', 'reverb-config']);
        $this->publishes([self::STUBS => $this->app->basePath('stubs')], 'reverb-stubs');

        // Only newer versions of Laravel have "php artisan reload".
        if (method_exists($this, 'reloads')) { // @phpstan-ignore function.alreadyNarrowedType
            $this->reloads('reverb:restart', 'reverb');
        }

        // And only Laravel 13 has "php artisan dev".
        if (class_exists(DevCommands::class)) {
            DevCommands::artisan('reverb:start', 'reverb');
        }
    }

    /**
     * For Pulse's dashboard, where Pulse is installed.
     */
    private function addPulseCards(): void
    {
        if (! $this->app->bound(Pulse::class)) {
            return;
        }

        $this->loadViewsFrom(self::VIEWS, 'reverb');

        $this->callAfterResolving('livewire', static function (LivewireManager $livewire): void {
            $livewire->component('reverb.connections', Connections::class);
            $livewire->component('reverb.messages', Messages::class);
        });
    }

    /**
     * The settings of the server are merged one by one: a file published before there were
     * settings of ours, or by laravel/reverb, stays good.
     */
    private function mergeConfig(): void
    {
        if ($this->app instanceof CachesConfiguration && $this->app->configurationIsCached()) {
            return;
        }

        $this->mergeConfigFrom(self::CONFIG, 'reverb');

        $config = $this->app->make(Repository::class);
        $server = $config->get('reverb.servers.reverb', []);

        if (is_array($config->get('reverb.servers')) && is_array($server)) {
            /** @var array{servers: array{reverb: array<string, mixed>}} $defaults */
            $defaults = require self::CONFIG;

            $config->set('reverb.servers.reverb', [...$defaults['servers']['reverb'], ...$server]);
        }
    }

    /**
     * @return list<string>
     */
    private static function applicationIds(mixed $applications): array
    {
        return array_values(array_map(strval(...), array_filter(
            array_column(is_array($applications) ? $applications : [], 'app_id'),
            static fn (mixed $id): bool => is_int($id) || (is_string($id) && $id !== ''),
        )));
    }

    /**
     * The broadcast manager comes from a deferred provider, and Laravel 13 binds the creator to the
     * manager: so it is set after resolving, uses no $this, and is not static.
     */
    private function registerBroadcaster(): void
    {
        $this->callAfterResolving(BroadcastManager::class, function (BroadcastManager $manager): void {
            $manager->extend('reverb', function (Application $app, array $config): ReverbBroadcaster {
                /** @var array<string, mixed> $config */
                return new ReverbBroadcaster(
                    $app->make(BroadcastManager::class)->pusher(SdkConfig::complete($config)), $app->make(Transport::class), $config
                );
            });
        });
    }
}
