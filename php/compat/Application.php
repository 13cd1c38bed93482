<?php

declare(strict_types=1);

namespace Laravel\Reverb;

/**
 * An application that clients connect to: its credentials and its limits. Immutable.
 */
class Application
{
    /**
     * @param  array<int, string>  $allowedOrigins
     * @param  array<string, mixed>|null  $rateLimiting
     * @param  array<string, mixed>  $options
     */
    public function __construct(
        protected string $id,
        protected string $key,
        protected string $secret,
        protected int $pingInterval,
        protected int $activityTimeout,
        protected array $allowedOrigins,
        protected int $maxMessageSize,
        protected ?int $maxConnections = null,
        protected string $acceptClientEventsFrom = 'members',
        protected ?array $rateLimiting = null,
        protected array $options = [],
    ) {}

    public function id(): string
    {
        return $this->id;
    }

    public function key(): string
    {
        return $this->key;
    }

    public function secret(): string
    {
        return $this->secret;
    }

    /**
     * Seconds without a message after which the server pings.
     */
    public function pingInterval(): int
    {
        return $this->pingInterval;
    }

    /**
     * Seconds without a message after which the client pings.
     */
    public function activityTimeout(): int
    {
        return $this->activityTimeout;
    }

    /**
     * @return array<int, string>
     */
    public function allowedOrigins(): array
    {
        return $this->allowedOrigins;
    }

    /**
     * Bytes of one message from a client.
     */
    public function maxMessageSize(): int
    {
        return $this->maxMessageSize;
    }

    public function maxConnections(): ?int
    {
        return $this->maxConnections;
    }

    public function hasMaxConnectionLimit(): bool
    {
        return $this->maxConnections !== null;
    }

    /**
     * Who may send client events: "all", "members" of the channel, or "none".
     */
    public function acceptClientEventsFrom(): string
    {
        return $this->acceptClientEventsFrom;
    }

    /**
     * @return array<string, mixed>|null
     */
    public function rateLimiting(): ?array
    {
        return $this->rateLimiting;
    }

    public function usesRateLimiting(): bool
    {
        return $this->rateLimiting !== null && ($this->rateLimiting['enabled'] ?? null) === true;
    }

    /**
     * How Laravel reaches the server from outside.
     *
     * @return array<string, mixed>|null
     */
    public function options(): ?array
    {
        return $this->options;
    }

    /**
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
            'max_message_size' => $this->maxMessageSize,
            'options' => $this->options,
        ];
    }
}
