<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Illuminate\Support\Collection;
use Laravel\Reverb\Application;
use Laravel\Reverb\ConfigApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Exceptions\InvalidSetting;

final class ConfigApplicationProviderTest extends TestCase
{
    #[Test]
    public function applications_are_found_by_id_and_by_key(): void
    {
        $provider = self::provider();

        $this->assertSame(['1', '2'], $provider->all()->map(fn (Application $app): string => $app->id())->all());
        $this->assertSame('one', $provider->findById('1')->key());
        $this->assertSame('2', $provider->findByKey('two')->id());
    }

    #[Test]
    public function an_application_that_is_not_there_is_an_exception(): void
    {
        $this->expectException(InvalidApplication::class);
        $this->expectExceptionMessage('Application does not exist');

        self::provider()->findById('3');
    }

    #[Test]
    public function an_entry_that_is_wrong_is_named(): void
    {
        $this->expectException(InvalidSetting::class);
        $this->expectExceptionMessage('reverb.apps.apps.0.key');

        (new ConfigApplicationProvider(new Collection([['app_id' => '1']])))->all();
    }

    #[Test]
    public function an_application_tells_all_its_settings(): void
    {
        $first = self::provider()->findById('1');
        $second = self::provider()->findById('2');

        $this->assertSame([
            'app_id' => '1',
            'key' => 'one',
            'secret' => 's',
            'ping_interval' => 10,
            'activity_timeout' => 20,
            'allowed_origins' => ['example.com'],
            'max_message_size' => 500,
            'options' => ['host' => 'ws.example.com'],
        ], $first->toArray());
        $this->assertSame([5, true, 'all', true], [
            $first->maxConnections(), $first->hasMaxConnectionLimit(), $first->acceptClientEventsFrom(), $first->usesRateLimiting(),
        ]);
        $this->assertSame([null, false, 'members', false], [
            $second->maxConnections(), $second->hasMaxConnectionLimit(), $second->acceptClientEventsFrom(), $second->usesRateLimiting(),
        ]);
    }

    private static function provider(): ConfigApplicationProvider
    {
        return new ConfigApplicationProvider(new Collection([
            [
                'app_id' => 1, 'key' => 'one', 'secret' => 's', 'ping_interval' => '10', 'activity_timeout' => 20,
                'allowed_origins' => ['example.com'], 'max_connections' => 5, 'max_message_size' => 500,
                'accept_client_events_from' => 'all', 'rate_limiting' => ['enabled' => true],
                'options' => ['host' => 'ws.example.com'],
            ],
            ['app_id' => '2', 'key' => 'two', 'secret' => 's'],
        ]));
    }
}
