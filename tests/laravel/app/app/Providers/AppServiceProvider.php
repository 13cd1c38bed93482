<?php

declare(strict_types=1);

namespace App\Providers;

use App\Events\Sent;
use App\Listeners\Recorder;
use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Container\Container;
use Illuminate\Contracts\Foundation\Application;
use Illuminate\Support\Facades\Event;
use Illuminate\Support\Facades\Facade;
use Illuminate\Support\ServiceProvider;
use Laravel\Reverb\Events\ChannelCreated;
use Laravel\Reverb\Loggers\Log;
use Reverb\Laravel\ClientEvents\ClientEvent;
use Reverb\Laravel\Events\ServerStarting;
use Reverb\Laravel\Facades\Reverb;
use RuntimeException;

/**
 * What a test wants of the application, it says by environment variables.
 */
final class AppServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->app->register(OwnPartsServiceProvider::class);

        // Names that no class may be asked for by.
        foreach (explode(',', env('TEST_FORBIDDEN', '')) as $forbidden) {
            spl_autoload_register(static function (string $class) use ($forbidden): void {
                if ($forbidden !== '' && str_starts_with($class, $forbidden)) {
                    throw new RuntimeException("{$class} was asked for.");
                }
            }, prepend: true);
        }

        foreach (self::wanted('TEST_CONFIG') as $key => $value) {
            config()->set($key, $value);
        }

        foreach (self::wanted('TEST_PROVIDERS') as $provider) {
            $this->app->register($provider);
        }

        foreach (self::wanted('TEST_BINDINGS') as $name) {
            $this->app->bind($name, fn (): object => new \stdClass);
        }

        $this->app->scoped('test.scoped', fn (): object => new \stdClass);
    }

    public function boot(): void
    {
        $behaviour = env('TEST_SERVER');

        // Pairs of a listener, a class or "Class@method", and the events or the pattern it is for.
        foreach (self::wanted('TEST_LISTENERS') as [$listener, $events]) {
            Event::listen($events, str_contains($events[0], '*') ? fn (string $name, array $event) => app($listener)->handle($event[0]) : $listener);
        }

        if ($behaviour === 'answers by a provider') {
            Reverb::on('client-*', new PrivateChannel('{name}'), fn (ClientEvent $event, string $name) => $event->reply('answer', $name));
        }

        Event::listen(fn (ServerStarting $event) => match ($behaviour) {
            'broadcasts from a timer' => $event->server->every(0.1, fn () => event(new Sent(['ticks'], 'tick'))),
            'broadcasts from a clone' => $event->server->every(0.1, $this->broadcastFromClone(...)),
            'broadcasts from a hook' => $event->server->on('subscribed', fn (array $s) => event(new Sent([$s['channel']], $s['channel']))),
            'logs from a hook' => $event->server->on('subscribed', fn (array $s) => Log::info('Somebody Came', $s['channel'])),
            'throws from a timer' => $event->server->every(0.1, fn () => throw new RuntimeException('The timer threw.')),
            'throws from a hook' => $event->server->on('subscribed', fn () => throw new RuntimeException('The hook threw.')),
            'listens from the start' => Event::listen(ChannelCreated::class, Recorder::class),
            default => null,
        });
    }

    /**
     * As Octane serves a request, and then as the application itself.
     */
    private function broadcastFromClone(): void
    {
        $clone = clone $this->app;
        self::makeCurrent($clone);
        event(new Sent(['ticks'], 'clone'));
        $clone->flush();
        self::makeCurrent($this->app);
        event(new Sent(['ticks'], 'server'));
    }

    private static function makeCurrent(Application $app): void
    {
        $app->instance('app', $app);
        $app->instance(Container::class, $app);
        Container::setInstance($app);
        Facade::clearResolvedInstances();
        Facade::setFacadeApplication($app);
    }

    /**
     * @return array<string, mixed>
     */
    private static function wanted(string $variable): array
    {
        return json_decode(env($variable, '[]'), true, flags: JSON_THROW_ON_ERROR);
    }
}
