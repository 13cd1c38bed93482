<?php

declare(strict_types=1);

namespace App\Http;

use App\Events\Sent;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Http\Request;
use RuntimeException;

/**
 * Sends many events in one request, together with other workers, and tells of each what became of it.
 */
final class SendingController
{
    /** Microseconds to wait after an event that failed. */
    private const AFTER_FAILURE = 20_000;

    /**
     * An event's text is "worker:nanoseconds", which is unique, and grows from one event of a worker
     * to its next.
     *
     * @return array{worker: int, events: list<array{text: string, begin: int, end: int, error: ?string}>}
     */
    public function __invoke(Request $request, string $channel, int $count): array
    {
        $worker = (int) getmypid();
        $this->gather($request->string('round')->value(), $request->integer('workers'), $worker);
        $events = [];

        for ($i = 0; $i < $count; $i++) {
            $begin = hrtime(true);
            $text = "{$worker}:{$begin}";
            $error = null;

            try {
                event(new Sent([$channel], $text));
            } catch (BroadcastException $e) {
                $error = $e->getMessage();
            }

            $events[] = ['text' => $text, 'begin' => $begin, 'end' => hrtime(true), 'error' => $error];
            usleep($error === null ? $request->integer('pause') : self::AFTER_FAILURE);
        }

        return ['worker' => $worker, 'events' => $events];
    }

    /**
     * Returns when so many workers are in this round: no worker then serves two requests of it.
     */
    private function gather(string $round, int $workers, int $worker): void
    {
        @mkdir($folder = storage_path("framework/{$round}"));
        touch("{$folder}/{$worker}");
        $deadline = microtime(true) + 20;

        while (count(scandir($folder)) - 2 < $workers) {
            if (microtime(true) > $deadline) {
                throw new RuntimeException("Not {$workers} workers in round {$round}");
            }

            usleep(1_000);
        }
    }
}
