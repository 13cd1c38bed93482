<?php

declare(strict_types=1);

namespace Reverb\Laravel\Monitoring;

use Illuminate\Contracts\Events\Dispatcher;
use Reverb\Laravel\Events\MessagesCounted;

/**
 * Tells how many messages there were since it told last, out of the server's counters.
 */
final class MessageCounter
{
    /** @var array<string, array{messages_received: int, messages_sent: int}> by application, as told */
    private array $told = [];

    public function __construct(
        private readonly Dispatcher $events,
    ) {}

    /**
     * @param  array<string, array{messages_received: int, messages_sent: int}>  $applications  of the server's stats()
     */
    public function count(array $applications): void
    {
        foreach ($applications as $id => $now) {
            $received = $this->since($id, 'messages_received', $now);
            $sent = $this->since($id, 'messages_sent', $now);

            if ($received > 0 || $sent > 0) {
                $this->events->dispatch(new MessagesCounted((string) $id, $received, $sent));
            }
        }

        $this->told = $applications;
    }

    /**
     * @param  'messages_received'|'messages_sent'  $counter
     * @param  array{messages_received: int, messages_sent: int}  $now
     */
    private function since(string|int $id, string $counter, array $now): int
    {
        $told = $this->told[$id][$counter] ?? 0;

        // A counter that went down began anew: the server had forgotten the application meanwhile.
        return $now[$counter] >= $told ? $now[$counter] - $told : $now[$counter];
    }
}
