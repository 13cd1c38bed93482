<?php

declare(strict_types=1);

namespace App\Providers;

use App\Events\Sent;
use Illuminate\Support\Facades\Event;
use Illuminate\Support\ServiceProvider;
use Laravel\Reverb\Loggers\Log;
use Reverb\Laravel\Events\ServerStarting;
use RuntimeException;

/**
 * What a test wants of the application, it says by environment variables.
 */
final class AppServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        foreach (self::wanted('TEST_CONFIG') as $key => $value) {
            config()->set($key, $value);
        }

        foreach (self::wanted('TEST_BINDINGS') as $name) {
            $this->app->bind($name, fn (): object => new \stdClass);
        }
    }

    public function boot(): void
    {
        $behaviour = env('TEST_SERVER');

        Event::listen(fn (ServerStarting $event) => match ($behaviour) {
            'broadcasts from a timer' => $event->server->every(0.1, fn () => event(new Sent(['ticks'], 'tick'))),
            'broadcasts from a hook' => $event->server->on('subscribed', fn (array $s) => event(new Sent([$s['channel']], $s['channel']))),
            'logs from a hook' => $event->server->on('subscribed', fn (array $s) => Log::info('Somebody Came', $s['channel'])),
            'throws from a timer' => $event->server->every(0.1, fn () => throw new RuntimeException('The timer threw.')),
            'throws from a hook' => $event->server->on('subscribed', fn () => throw new RuntimeException('The hook threw.')),
            default => null,
        });
    }

    /**
     * @return array<string, mixed>
     */
    private static function wanted(string $variable): array
    {
        return json_decode(env($variable, '[]'), true, flags: JSON_THROW_ON_ERROR);
    }
}
