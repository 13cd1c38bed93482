<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Illuminate\Events\Dispatcher;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Psr\Log\AbstractLogger;
use Reverb\Laravel\Events\MessagesCounted;
use Reverb\Laravel\Monitoring\DroppedCalls;
use Reverb\Laravel\Monitoring\MessageCounter;
use Stringable;

final class MonitoringTest extends TestCase
{
    #[Test]
    public function messages_are_told_in_differences(): void
    {
        [$counter, $told] = self::counter();

        $counter->count(['a' => ['messages_received' => 3, 'messages_sent' => 5], '7' => ['messages_received' => 1, 'messages_sent' => 0]]);
        $counter->count(['a' => ['messages_received' => 3, 'messages_sent' => 9], '7' => ['messages_received' => 1, 'messages_sent' => 0]]);

        $this->assertEquals([
            new MessagesCounted('a', 3, 5), new MessagesCounted('7', 1, 0), new MessagesCounted('a', 0, 4),
        ], $told->getArrayCopy());
    }

    #[Test]
    public function an_application_that_the_server_had_forgotten_counts_anew(): void
    {
        [$counter, $told] = self::counter();

        $counter->count(['a' => ['messages_received' => 3, 'messages_sent' => 5]]);
        $counter->count([]);
        $counter->count(['a' => ['messages_received' => 1, 'messages_sent' => 2]]);
        $counter->count(['a' => ['messages_received' => 0, 'messages_sent' => 1]]);

        $this->assertEquals([
            new MessagesCounted('a', 3, 5), new MessagesCounted('a', 1, 2), new MessagesCounted('a', 0, 1),
        ], $told->getArrayCopy());
    }

    #[Test]
    public function drops_are_logged_when_there_are_new_ones(): void
    {
        $log = new class extends AbstractLogger
        {
            /** @var list<array{mixed, string, array<mixed>}> */
            public array $lines = [];

            public function log($level, string|Stringable $message, array $context = []): void
            {
                $this->lines[] = [$level, (string) $message, $context];
            }
        };
        $dropped = new DroppedCalls($log);

        foreach ([0, 4, 4, 10] as $count) {
            $dropped->check(['hooks_dropped' => $count]);
        }

        $this->assertSame([['dropped' => 4, 'dropped_since_start' => 4], ['dropped' => 6, 'dropped_since_start' => 10]], array_column($log->lines, 2));
        $this->assertSame(['warning', 'warning'], array_column($log->lines, 0));
        $this->assertStringContainsString('too slow: 6 events were dropped', $log->lines[1][1]);
    }

    /**
     * @return array{MessageCounter, \ArrayObject<int, MessagesCounted>}
     */
    private static function counter(): array
    {
        $events = new Dispatcher;
        $told = new \ArrayObject;
        $events->listen(function (MessagesCounted $event) use ($told): void {
            $told[] = $event;
        });

        return [new MessageCounter($events), $told];
    }
}
