<?php

declare(strict_types=1);

namespace Reverb\Laravel\Status;

/**
 * What a server said of itself at one moment.
 *
 * @phpstan-type Application array{connections: int, channels: int, messages_received: int, messages_sent: int}
 * @phpstan-type Thread array{connections: int, queued_bytes: int}
 */
final class ServerStatus
{
    /** Counters that a rate can be made of. */
    public const RATES = ['messages_received', 'messages_published', 'deliveries', 'bytes_received', 'bytes_sent', 'bytes_saved'];

    /**
     * @param  array<string, mixed>  $values  by the names of Reverb\Publisher::status()
     * @param  int  $nanoseconds  when, on a clock that only goes forward
     */
    public function __construct(
        public readonly array $values,
        private readonly int $nanoseconds,
    ) {}

    public function integer(string $name): int
    {
        $value = $this->values[$name] ?? 0;

        return is_int($value) ? $value : 0;
    }

    public function string(string $name): string
    {
        $value = $this->values[$name] ?? '';

        return is_string($value) ? $value : '';
    }

    public function boolean(string $name): bool
    {
        return ($this->values[$name] ?? false) === true;
    }

    /**
     * Where it listens, as a URL.
     */
    public function url(): string
    {
        return ($this->boolean('tls') ? 'https://' : 'http://').$this->string('address').$this->string('path');
    }

    /**
     * @return list<Thread>
     */
    public function threads(): array
    {
        /** @var list<Thread> $threads */
        $threads = $this->values['threads'] ?? [];

        return $threads;
    }

    /**
     * @return array<array-key, Application>
     */
    public function applications(): array
    {
        /** @var array<array-key, Application> $applications */
        $applications = $this->values['applications'] ?? [];

        return $applications;
    }

    /**
     * What it says of the cluster that it is a node of, by the same names; null where it is none.
     */
    public function cluster(): ?self
    {
        /** @var ?array<string, mixed> $cluster */
        $cluster = $this->values['cluster'] ?? null;

        return $cluster === null ? null : new self($cluster, $this->nanoseconds);
    }

    public function queuedBytes(): int
    {
        return array_sum(array_column($this->threads(), 'queued_bytes'));
    }

    /**
     * What the counters grew by in a second since then: nothing, when another server answered.
     *
     * @return array<string, float>
     */
    public function rates(self $earlier): array
    {
        $seconds = ($this->nanoseconds - $earlier->nanoseconds) / 1e9;
        $same = $this->integer('pid') === $earlier->integer('pid') && $seconds > 0.0;

        foreach (self::RATES as $name) {
            $rates[$name] = $same ? max(0, $this->integer($name) - $earlier->integer($name)) / $seconds : 0.0;
        }

        return $rates;
    }
}
