<?php

declare(strict_types=1);

namespace Reverb\Laravel\Status;

use Illuminate\Support\Str;
use Symfony\Component\Console\Helper\Helper;

/**
 * The status of a server and what happens on it in a second, for programs and for people.
 */
final class StatusReport
{
    private const DAY = 86_400;

    /**
     * @param  array<string, float>  $rates
     * @param  string  $transport  by which way processes of this host publish
     */
    private function __construct(
        private readonly ServerStatus $status,
        private readonly array $rates,
        private readonly string $transport,
    ) {}

    public static function of(ServerStatus $status, ServerStatus $earlier, string $transport): self
    {
        return new self($status, $status->rates($earlier), $transport);
    }

    /**
     * For programs: names stay, and come to be more.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            ...$this->status->values,
            'transport' => $this->transport,
            'queued_bytes' => $this->status->queuedBytes(),
            // An object also where there is none, or where ids are numbers.
            'applications' => (object) $this->status->applications(),
            'per_second' => array_map(static fn (float $rate): float => round($rate, 1), $this->rates),
        ];
    }

    /**
     * For people.
     *
     * @return array<string, array<string, string>> by section
     */
    public function sections(): array
    {
        $status = $this->status;

        return array_filter([
            'Reverb' => [
                'Version' => $status->string('version'),
                'Address' => $status->url().($status->boolean('draining') ? ' (ending)' : ''),
                'Socket' => $status->string('socket'),
                'Transport' => $this->transport,
                'Process' => (string) $status->integer('pid'),
                'Uptime' => self::duration($status->integer('uptime')),
            ],
            'Now' => [
                'Connections' => number_format($status->integer('connections')),
                'Channels' => number_format($status->integer('channels')),
                ...$this->perSecond(),
            ],
            'Waiting' => [
                'Bytes for clients' => Helper::formatMemory($status->queuedBytes()),
                'Events for listeners' => number_format($status->integer('hooks_waiting')),
            ],
            'Since the start' => [
                'Connections opened' => number_format($status->integer('connections_opened')),
                'Slow clients cut' => number_format($status->integer('slow_closes')),
                'Late requests cut' => number_format($status->integer('deadline_closes')),
                'Signatures refused' => number_format($status->integer('auth_failures')),
                'Events for listeners dropped' => number_format($status->integer('hooks_dropped')),
            ],
            'Compression' => $this->compression(),
            'Cluster' => $this->cluster(),
            'Threads' => $this->threads(),
            'Applications' => $this->applications(),
        ]);
    }

    public static function duration(int $seconds): string
    {
        $days = intdiv($seconds, self::DAY);

        return ($days === 0 ? '' : "{$days} d ").gmdate('H:i:s', $seconds % self::DAY);
    }

    public static function count(string $thing, int $number): string
    {
        return number_format($number).' '.Str::plural($thing, $number);
    }

    /**
     * @return array<string, string>
     */
    private function perSecond(): array
    {
        foreach (['messages_received' => 'Messages received', 'messages_published' => 'Events published', 'deliveries' => 'Deliveries'] as $name => $title) {
            $lines["{$title} a second"] = number_format($this->rates[$name], 1);
        }

        foreach (['bytes_received' => 'Received', 'bytes_sent' => 'Sent'] as $name => $title) {
            $lines["{$title} a second"] = Helper::formatMemory((int) $this->rates[$name]);
        }

        return $lines;
    }

    /**
     * @return array<string, string>
     */
    private function compression(): array
    {
        return ! $this->status->boolean('compression') ? [] : [
            'Connections with it' => number_format($this->status->integer('connections_compressed')),
            'Messages compressed' => number_format($this->status->integer('messages_compressed')),
            'Saved' => Helper::formatMemory($this->status->integer('bytes_saved')),
            'Saved a second' => Helper::formatMemory((int) $this->rates['bytes_saved']),
        ];
    }

    /**
     * @return array<string, string>
     */
    private function cluster(): array
    {
        $cluster = $this->status->cluster();

        return $cluster === null ? [] : [
            'Node' => $cluster->string('node'),
            'Nodes' => number_format($cluster->integer('nodes')),
            'Redis' => $cluster->string('redis'),
            'Bytes for Redis' => Helper::formatMemory($cluster->integer('queued_bytes')),
            'Published' => number_format($cluster->integer('published')),
            'Received' => number_format($cluster->integer('received')),
            'Dropped' => number_format($cluster->integer('dropped')),
            'Unconfirmed' => number_format($cluster->integer('unconfirmed')),
            'Unreadable' => number_format($cluster->integer('unreadable')),
            'Reconnects' => number_format($cluster->integer('reconnects')),
            'Errors of Redis' => number_format($cluster->integer('errors')),
            'Subscriptions without Redis' => number_format($cluster->integer('subscriptions_degraded')),
            'Questions without all answers' => number_format($cluster->integer('questions_incomplete')),
        ];
    }

    /**
     * @return array<string, string>
     */
    private function threads(): array
    {
        foreach ($this->status->threads() as $number => $thread) {
            $lines["Thread {$number}"] = self::count('connection', $thread['connections']).', '
                .Helper::formatMemory($thread['queued_bytes']).' waiting';
        }

        return $lines ?? [];
    }

    /**
     * @return array<string, string>
     */
    private function applications(): array
    {
        foreach ($this->status->applications() as $id => $application) {
            $lines[(string) $id] = self::count('connection', $application['connections']).', '
                .self::count('channel', $application['channels']).', '
                .self::count('message', $application['messages_received']).' received, '
                .number_format($application['messages_sent']).' sent';
        }

        // The server names the busiest ones.
        if (($more = $this->status->integer('applications_left_out')) > 0) {
            $lines['Further'] = self::count('application', $more).' with fewer connections';
        }

        return $lines ?? [];
    }
}
