<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\FastCgiRequest;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\PhpFpm;
use Reverb\Laravel\Tests\Support\Subscriber;

/**
 * Many workers of a php-fpm that publish at once, each for itself over the unix socket.
 */
final class PhpFpmTest extends TestCase
{
    private const WORKERS = 20;

    private const EVENTS = 1_000;

    #[Test]
    public function twenty_workers_lose_nothing_double_nothing_and_keep_their_order(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $subscribers = [new Subscriber($installation, $server->port, 'room'), new Subscriber($installation, $server->port, 'room')];
        $fpm = new PhpFpm($installation, self::WORKERS);
        $sent = [];

        // In the second round each worker goes on with the connection of the first.
        foreach (['first', 'second'] as $round) {
            $answers = self::answers(self::requests($fpm, $round));
            $this->assertCount(self::WORKERS, array_unique(array_column($answers, 'worker')));
            $sent = [...$sent, ...array_merge(...array_column($answers, 'events'))];
            $connections ??= $installation->publishers();
            $this->assertSame($connections, $installation->publishers());
        }

        $this->assertCount(self::WORKERS, $connections);
        $this->assertSame([], array_values(array_filter(array_column($sent, 'error'), is_string(...))));

        foreach ($subscribers as $subscriber) {
            $subscriber->waitForEvents(count($sent));
            usleep(100_000);
            $this->assertSame(self::byWorker(array_column($sent, 'text')), self::byWorker($subscriber->texts()));
            $this->assertCount(1, $subscriber->connections());
        }

        $this->assertStringNotContainsString('exited on signal', $fpm->log());
    }

    /**
     * A broadcast() that returned was taken by a server, and whoever was subscribed there then has
     * it. What failed may have been taken or not, but not twice.
     */
    #[Test]
    public function across_a_restart_events_may_fail_but_are_not_lost_in_silence(): void
    {
        $port = self::freePort();
        $installation = new Installation(['REVERB_SERVER_PORT' => (string) $port, 'REVERB_PORT' => (string) $port]);
        $server = $installation->start();
        $subscribers = [new Subscriber($installation, $port, 'room'), new Subscriber($installation, $port, 'room')];
        $fpm = new PhpFpm($installation, self::WORKERS);
        $requests = self::requests($fpm, 'restart', pause: 2_000);

        $subscribers[0]->waitForEvents(self::WORKERS * self::EVENTS / 5);
        $stopped = hrtime(true);
        $server->signal(SIGTERM);
        $this->assertSame(0, $server->exitStatus());
        $server = $installation->start();

        $answers = self::answers($requests);
        $sent = array_merge(...array_column($answers, 'events'));
        $taken = array_filter($sent, static fn (array $event): bool => $event['error'] === null);
        $this->assertCount(self::WORKERS * self::EVENTS, $sent);

        foreach ($subscribers as $subscriber) {
            $again = self::await(static fn (): ?int => $subscriber->connections()[1]['since'] ?? null);
            // Those of before the stop and those of after its subscription must have reached it.
            $due = array_column(array_filter(
                $taken, static fn (array $event): bool => $event['end'] < $stopped || $event['begin'] > $again
            ), 'text');
            self::await(static fn (): ?bool => array_diff($due, $subscriber->texts()) === [] ?: null);
            usleep(100_000);

            $connections = $subscriber->connections();
            $texts = $subscriber->texts();
            $this->assertCount(2, $connections);
            $this->assertSame([], array_diff($texts, array_column($sent, 'text')), 'what nobody sent');
            $this->assertSame($texts, array_values(array_unique($texts)), 'no duplicates');
            $this->assertGreaterThan(self::WORKERS, count(array_filter($due, self::in($connections[0]['texts']))));
            $this->assertGreaterThan(self::WORKERS, count(array_filter($due, self::in($connections[1]['texts']))));

            $before = self::byWorker($connections[0]['texts']);
            $after = self::byWorker($connections[1]['texts']);

            foreach (self::byWorker(array_column($taken, 'text')) as $worker => $mine) {
                // In order, whichever server took it.
                $got = [...$before[$worker] ?? [], ...$after[$worker] ?? []];
                $sorted = $got;
                sort($sorted);
                $this->assertSame($sorted, $got);

                // Without a hole up to the last one by the first server, and from the first one by
                // the second on: only in between nobody was subscribed.
                $last = max([0, ...$before[$worker] ?? []]);
                $first = min([PHP_INT_MAX, ...$after[$worker] ?? []]);
                $missed = array_filter(
                    array_diff($mine, $got), static fn (int $number): bool => $number < $last || $number > $first
                );
                $this->assertSame([], $missed);
            }
        }

        $this->assertTrue($server->running());
        $this->assertStringNotContainsString('exited on signal', $fpm->log());
    }

    /**
     * One to each worker.
     *
     * @return list<FastCgiRequest>
     */
    private static function requests(PhpFpm $fpm, string $round, int $pause = 0): array
    {
        return array_map(static fn (): FastCgiRequest => $fpm->request(
            '/send/room/'.self::EVENTS.'?'.http_build_query(['round' => $round, 'workers' => self::WORKERS, 'pause' => $pause])
        ), range(1, self::WORKERS));
    }

    /**
     * @param  list<FastCgiRequest>  $requests
     * @return list<array{worker: int, events: list<array{text: string, begin: int, end: int, error: ?string}>}>
     */
    private static function answers(array $requests): array
    {
        return array_map(static fn (FastCgiRequest $request): array => $request->answer(), $requests);
    }

    /**
     * The numbers in the order they have here, by worker.
     *
     * @param  list<string>  $texts
     * @return array<int, list<int>>
     */
    private static function byWorker(array $texts): array
    {
        $numbers = [];

        foreach ($texts as $text) {
            [$worker, $number] = explode(':', $text);
            $numbers[(int) $worker][] = (int) $number;
        }

        ksort($numbers);

        return $numbers;
    }

    /**
     * @param  list<string>  $texts
     */
    private static function in(array $texts): callable
    {
        $flipped = array_flip($texts);

        return static fn (string $text): bool => isset($flipped[$text]);
    }

    private static function await(callable $what, float $timeout = 15.0): mixed
    {
        for ($deadline = microtime(true) + $timeout; microtime(true) < $deadline; usleep(20_000)) {
            if (($found = $what()) !== null) {
                return $found;
            }
        }

        self::fail("Not within {$timeout} s");
    }

    private static function freePort(): int
    {
        $server = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('No free port');

        return (int) substr((string) strrchr((string) stream_socket_get_name($server, false), ':'), 1);
    }
}
