<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Laravel\Reverb\Application;
use Reverb\Laravel\Exceptions\InvalidSetting;
use SensitiveParameter;

/**
 * One application as the server takes it: an entry of `reverb.apps.apps`, or what an application
 * provider found.
 */
final class ApplicationSettings
{
    private const LARGEST = 4_294_967_295;

    /** Bytes. */
    private const LARGEST_MESSAGE = 1 << 30;

    /**
     * @param  list<string>  $allowedOrigins
     * @param  array{enabled: bool, max_attempts: int, decay_seconds: int, terminate_on_limit: bool}  $rateLimiting
     * @param  array<string, mixed>  $options
     */
    private function __construct(
        public readonly string $id,
        public readonly string $key,
        public readonly string $secret,
        public readonly int $pingInterval,
        public readonly int $activityTimeout,
        public readonly array $allowedOrigins,
        public readonly ?int $maxConnections,
        public readonly int $maxMessageSize,
        public readonly string $acceptClientEventsFrom,
        public readonly array $rateLimiting,
        public readonly array $options,
    ) {}

    /**
     * @throws InvalidSetting
     */
    public static function read(Settings $settings): self
    {
        return self::check(
            $settings,
            id: $settings->credential('app_id', 'Is REVERB_APP_ID set?'),
            key: $settings->credential('key', 'Is REVERB_APP_KEY set?'),
            secret: $settings->secret('secret', 'Is REVERB_APP_SECRET set?'),
        );
    }

    /**
     * Of what its methods say, which a class of the user's may have changed.
     *
     * @throws InvalidSetting
     */
    public static function of(Application $application): self
    {
        $settings = Settings::of([
            'app_id' => $application->id(),
            'key' => $application->key(),
            'secret' => $application->secret(),
            'ping_interval' => $application->pingInterval(),
            'activity_timeout' => $application->activityTimeout(),
            'allowed_origins' => $application->allowedOrigins(),
            'max_connections' => $application->maxConnections(),
            'max_message_size' => $application->maxMessageSize(),
            'accept_client_events_from' => $application->acceptClientEventsFrom(),
            'rate_limiting' => $application->rateLimiting(),
            'options' => $application->options(),
        ], "application \"{$application->id()}\"");

        return self::check(
            $settings,
            id: $settings->credential('app_id', ''),
            key: $settings->credential('key', ''),
            secret: $settings->secret('secret', ''),
        );
    }

    /**
     * Allowed origins with a scheme, a port or a path, which no host is equal to, each with its host.
     *
     * @return array<string, string>
     */
    public function unmatchableOrigins(): array
    {
        $origins = [];

        foreach ($this->allowedOrigins as $origin) {
            $host = (string) preg_replace(['#^[^/]*//#', '#[:/].*$#s'], '', $origin);

            // An IPv6 address has colons of its own.
            if ($host !== $origin && ! str_contains($origin, '[')) {
                $origins[$origin] = $host;
            }
        }

        return $origins;
    }

    private static function check(Settings $settings, string $id, string $key, #[SensitiveParameter] string $secret): self
    {
        return new self(
            id: $id,
            key: $key,
            secret: $secret,
            pingInterval: $settings->integer('ping_interval', 60, 1, self::LARGEST),
            activityTimeout: $settings->integer('activity_timeout', 30, 1, self::LARGEST),
            allowedOrigins: $settings->strings('allowed_origins', ['*']),
            maxConnections: $settings->optionalInteger('max_connections', 1, self::LARGEST),
            maxMessageSize: $settings->integer('max_message_size', 10_000, 1, self::LARGEST_MESSAGE),
            acceptClientEventsFrom: self::clientEvents($settings),
            rateLimiting: self::rateLimiting($settings->section('rate_limiting')),
            options: $settings->section('options')->all(),
        );
    }

    /**
     * For the extension.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            'app_id' => $this->id,
            'key' => $this->key,
            'secret' => $this->secret,
            'ping_interval' => $this->pingInterval,
            'activity_timeout' => $this->activityTimeout,
            'allowed_origins' => $this->allowedOrigins,
            'max_connections' => $this->maxConnections,
            'max_message_size' => $this->maxMessageSize,
            'accept_client_events_from' => $this->acceptClientEventsFrom,
            'rate_limiting' => $this->rateLimiting,
        ];
    }

    public function toApplication(): Application
    {
        return new Application(
            $this->id,
            $this->key,
            $this->secret,
            $this->pingInterval,
            $this->activityTimeout,
            $this->allowedOrigins,
            $this->maxMessageSize,
            $this->maxConnections,
            $this->acceptClientEventsFrom,
            $this->rateLimiting,
            $this->options,
        );
    }

    private static function clientEvents(Settings $settings): string
    {
        $value = $settings->value('accept_client_events_from') ?? 'members';

        return match ($value) {
            'all', 'members', 'none' => $value,
            false => 'none',
            default => throw InvalidSetting::mustBe(
                $settings->name('accept_client_events_from'), '"all", "members" or "none"', $value
            ),
        };
    }

    /**
     * @return array{enabled: bool, max_attempts: int, decay_seconds: int, terminate_on_limit: bool}
     */
    private static function rateLimiting(Settings $settings): array
    {
        return [
            'enabled' => $settings->boolean('enabled', false),
            'max_attempts' => $settings->integer('max_attempts', 60, 1, self::LARGEST),
            'decay_seconds' => $settings->integer('decay_seconds', 60, 1, self::LARGEST),
            'terminate_on_limit' => $settings->boolean('terminate_on_limit', false),
        ];
    }
}
