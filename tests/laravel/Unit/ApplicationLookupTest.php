<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Closure;
use Illuminate\Config\Repository;
use Illuminate\Foundation\Application as Laravel;
use Illuminate\Support\Collection;
use Laravel\Reverb\Application;
use Laravel\Reverb\ApplicationManager;
use Laravel\Reverb\ApplicationManagerServiceProvider;
use Laravel\Reverb\ConfigApplicationProvider;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use LogicException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Applications\ApplicationLookup;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Exceptions\InvalidSetting;

final class ApplicationLookupTest extends TestCase
{
    #[Test]
    public function applications_of_the_configuration_are_not_asked_for(): void
    {
        foreach (['config', '', null] as $provider) {
            $this->assertNull(ApplicationLookup::of(self::laravel($provider)));
        }
    }

    /**
     * @return iterable<string, array{string, Closure(Laravel): mixed}>
     */
    public static function drivers(): iterable
    {
        $provider = self::provider([new Application('1', 'one', 's', 60, 30, ['*'], 10_000)]);

        yield 'a driver' => ['database', fn (Laravel $app) => $app->make(ApplicationManager::class)->extend('database', fn () => $provider)];
        yield 'a driver in place of ours' => ['config', fn (Laravel $app) => $app->make(ApplicationManager::class)->extend('config', fn () => $provider)];
    }

    /**
     * @return iterable<string, array{string, Closure(Laravel): mixed}>
     */
    public static function bindings(): iterable
    {
        $provider = self::provider([new Application('1', 'one', 's', 60, 30, ['*'], 10_000)]);

        yield 'a binding' => ['config', fn (Laravel $app) => $app->bind(ApplicationProvider::class, fn () => $provider)];
        yield 'an object' => ['config', fn (Laravel $app) => $app->instance(ApplicationProvider::class, $provider)];
        yield 'an alias' => ['config', function (Laravel $app) use ($provider): void {
            $app->instance('applications', $provider);
            $app->alias('applications', ApplicationProvider::class);
        }];
        yield 'a decorator' => ['config', fn (Laravel $app) => $app->extend(ApplicationProvider::class, fn () => $provider)];
        yield 'a list that is not the configuration' => ['config', fn (Laravel $app) => $app->bind(
            ApplicationProvider::class,
            fn () => new ConfigApplicationProvider(new Collection([['app_id' => '1', 'key' => 'one', 'secret' => 's']])),
        )];
    }

    /**
     * @param  Closure(Laravel): mixed  $bring
     */
    #[Test]
    #[DataProvider('drivers')]
    #[DataProvider('bindings')]
    public function a_provider_brought_after_ours_is_asked(string $name, Closure $bring): void
    {
        $app = self::laravel($name);
        $bring($app);

        $this->assertSame('one', ApplicationLookup::of($app)?->find('id', '1')['key'] ?? null);
    }

    /**
     * @param  Closure(Laravel): mixed  $bring
     */
    #[Test]
    #[DataProvider('bindings')]
    public function a_provider_brought_before_ours_is_asked(string $name, Closure $bring): void
    {
        $app = self::laravel($name, registered: false);
        $bring($app);
        $app->register(ApplicationManagerServiceProvider::class);

        $this->assertSame('one', ApplicationLookup::of($app)?->find('id', '1')['key'] ?? null);
    }

    #[Test]
    public function a_provider_nobody_added_is_named(): void
    {
        $this->expectException(InvalidSetting::class);
        $this->expectExceptionMessage('reverb.apps.provider: must be "config" or a provider that the application added by Laravel\Reverb\ApplicationManager::extend(), not "database".');

        ApplicationLookup::of(self::laravel('database'));
    }

    #[Test]
    public function a_provider_that_is_none_is_named(): void
    {
        $app = self::laravel('database');
        $app->make(ApplicationManager::class)->extend('database', fn () => null);

        $this->expectException(CannotStart::class);
        $this->expectExceptionMessage('The application provider is null, which does not implement Laravel\Reverb\Contracts\ApplicationProvider.');

        ApplicationLookup::of($app);
    }

    #[Test]
    public function what_its_creator_throws_is_not_hidden(): void
    {
        $app = self::laravel('database');
        $app->make(ApplicationManager::class)->extend('database', fn () => throw new \InvalidArgumentException('No such table.'));

        $this->expectException(\InvalidArgumentException::class);
        $this->expectExceptionMessage('No such table.');

        ApplicationLookup::of($app);
    }

    #[Test]
    public function all_settings_of_an_application_reach_the_server(): void
    {
        $lookup = self::lookup(new Application(
            'one-id', 'one-key', 'one-secret', 10, 20, ['example.com', '*.example.com'], 500, 5, 'all',
            ['enabled' => true, 'max_attempts' => 7], ['host' => 'ws.example.com'],
        ));

        $expected = [
            'app_id' => 'one-id',
            'key' => 'one-key',
            'secret' => 'one-secret',
            'ping_interval' => 10,
            'activity_timeout' => 20,
            'allowed_origins' => ['example.com', '*.example.com'],
            'max_connections' => 5,
            'max_message_size' => 500,
            'accept_client_events_from' => 'all',
            'rate_limiting' => ['enabled' => true, 'max_attempts' => 7, 'decay_seconds' => 60, 'terminate_on_limit' => false],
        ];

        $this->assertSame($expected, $lookup->find('id', 'one-id'));
        $this->assertSame($expected, $lookup->find('key', 'one-key'));
    }

    #[Test]
    public function what_an_application_leaves_open_gets_the_default(): void
    {
        $found = self::lookup(new Application('1', 'one', 's', 60, 30, [], 10_000))->find('id', '1');

        $this->assertNotNull($found);
        $this->assertNull($found['max_connections']);
        $this->assertSame([], $found['allowed_origins']);
        $this->assertSame('members', $found['accept_client_events_from']);
        $this->assertSame(['enabled' => false, 'max_attempts' => 60, 'decay_seconds' => 60, 'terminate_on_limit' => false], $found['rate_limiting']);
    }

    #[Test]
    public function an_application_of_the_users_own_class_tells_its_settings_by_its_methods(): void
    {
        $found = self::lookup(new class('1', 'one', 's', 60, 30, ['*'], 10_000) extends Application
        {
            public function maxConnections(): int
            {
                return 3;
            }

            public function allowedOrigins(): array
            {
                return ['tenant.example.com'];
            }
        })->find('key', 'one');

        $this->assertSame([3, ['tenant.example.com']], [$found['max_connections'] ?? null, $found['allowed_origins'] ?? null]);
    }

    #[Test]
    public function an_application_that_is_not_there_is_null(): void
    {
        $lookup = self::lookup(new Application('1', 'one', 's', 60, 30, ['*'], 10_000));

        $this->assertNull($lookup->find('id', '2'));
        $this->assertNull($lookup->find('key', 'two'));
        // Ids are no keys.
        $this->assertNull($lookup->find('key', '1'));
    }

    #[Test]
    public function what_a_provider_throws_else_passes(): void
    {
        $lookup = ApplicationLookup::of(self::with(new class implements ApplicationProvider
        {
            public function all(): Collection
            {
                return new Collection;
            }

            public function findById(string $id): Application
            {
                throw new LogicException('The database is away.');
            }

            public function findByKey(string $key): Application
            {
                throw new LogicException('The database is away.');
            }
        }));

        $this->expectExceptionMessage('The database is away.');
        $lookup?->find('key', 'one');
    }

    #[Test]
    public function a_provider_that_is_made_each_time_is_made_each_time(): void
    {
        $app = self::laravel();
        $applications = [];
        $app->bind(ApplicationProvider::class, function () use (&$applications): ApplicationProvider {
            return self::provider($applications);
        });
        $lookup = ApplicationLookup::of($app);

        $this->assertNull($lookup?->find('id', '1'));

        $applications = [new Application('1', 'one', 's', 60, 30, ['*'], 10_000)];
        $this->assertSame('one', $lookup?->find('id', '1')['key'] ?? null);
    }

    /**
     * @return iterable<string, array{array<string, mixed>, string}>
     */
    public static function mistakes(): iterable
    {
        $number = 'must be a whole number from 1 to 4294967295, not';

        yield 'no pings' => [['pingInterval' => 0], "ping_interval: {$number} 0."];
        yield 'a negative time' => [['activityTimeout' => -30], "activity_timeout: {$number} -30."];
        yield 'a negative size' => [['maxMessageSize' => -1], 'max_message_size: must be a whole number from 1 to 1073741824, not -1.'];
        yield 'nobody' => [['maxConnections' => 0], "max_connections: {$number} 0."];
        yield 'an origin that is no text' => [['allowedOrigins' => ['a', 7]], 'allowed_origins.1: must be a string, not 7.'];
        yield 'an unknown policy' => [['acceptClientEventsFrom' => 'everybody'], 'accept_client_events_from: must be "all", "members" or "none", not "everybody".'];
        yield 'an odd limit' => [['rateLimiting' => ['enabled' => 'maybe']], 'rate_limiting.enabled: must be true or false, not "maybe".'];
        yield 'no key' => [['key' => ''], 'key: must be a string that is not empty, not "".'];
        yield 'no secret' => [['secret' => ''], 'secret: must be a string that is not empty, not "".'];
    }

    /**
     * @param  array<string, mixed>  $mistake
     */
    #[Test]
    #[DataProvider('mistakes')]
    public function a_wrong_setting_is_told_with_its_application(array $mistake, string $message): void
    {
        $lookup = self::lookup(new Application(...[
            'id' => '1', 'key' => 'one', 'secret' => 's', 'pingInterval' => 60, 'activityTimeout' => 30,
            'allowedOrigins' => ['*'], 'maxMessageSize' => 10_000, ...$mistake,
        ]));

        $this->expectException(InvalidSetting::class);
        $this->expectExceptionMessageMatches('/^'.preg_quote("application \"1\".{$message}", '/').'$/');

        $lookup->find('id', '1');
    }

    private static function lookup(Application $application): ApplicationLookup
    {
        return ApplicationLookup::of(self::with(self::provider([$application]))) ?? throw new LogicException('No lookup');
    }

    private static function with(ApplicationProvider $provider): Laravel
    {
        $app = self::laravel();
        $app->instance(ApplicationProvider::class, $provider);

        return $app;
    }

    private static function laravel(mixed $provider = 'config', bool $registered = true): Laravel
    {
        $app = new Laravel;
        $app->instance('config', new Repository(['reverb' => ['apps' => [
            'provider' => $provider,
            'apps' => [['app_id' => 'app-id', 'key' => 'app-key', 'secret' => 'app-secret']],
        ]]]));

        if ($registered) {
            $app->register(ApplicationManagerServiceProvider::class);
        }

        return $app;
    }

    /**
     * @param  list<Application>  $applications
     */
    private static function provider(array $applications): ApplicationProvider
    {
        return new class($applications) implements ApplicationProvider
        {
            /**
             * @param  list<Application>  $applications
             */
            public function __construct(private readonly array $applications) {}

            public function all(): Collection
            {
                return new Collection($this->applications);
            }

            public function findById(string $id): Application
            {
                return $this->all()->first(fn (Application $app): bool => $app->id() === $id) ?? throw new InvalidApplication;
            }

            public function findByKey(string $key): Application
            {
                return $this->all()->first(fn (Application $app): bool => $app->key() === $key) ?? throw new InvalidApplication;
            }
        };
    }
}
