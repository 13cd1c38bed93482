<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use App\Reverb\Timers;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\ServerProcess;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * What the application lets the server do again and again, in a server without a unix socket.
 */
final class TimersTest extends TestCase
{
    #[Test]
    public function a_timer_broadcasts_in_process_every_so_many_seconds(): void
    {
        $server = self::timing([[0.2, Timers::class.'@tick']])->start();
        $client = self::listener($server);

        $first = (int) $client->receiveData('App\Events\Sent', 'ticks')['text'];
        $began = microtime(true);
        $ticks = array_map(fn (): int => (int) $client->receiveData('App\Events\Sent', 'ticks')['text'], range(1, 5));

        $this->assertSame(range($first + 1, $first + 5), $ticks);
        $this->assertEqualsWithDelta(1.0, microtime(true) - $began, 0.3);
    }

    #[Test]
    public function a_timer_cancels_itself(): void
    {
        $server = self::timing([[0.3, Timers::class.'@thrice']])->start();
        $client = self::listener($server);

        $texts = array_map(fn (array $message): string => json_decode($message['data'], true)['text'], $client->collect(1.8));
        $this->assertSame('3', end($texts));
        $this->assertSame([], $client->collect(0.7));
    }

    #[Test]
    public function what_a_timer_throws_is_reported_and_it_comes_again(): void
    {
        $installation = self::timing([[0.2, Timers::class.'@fail']]);
        $server = $installation->start();
        $client = self::listener($server);

        $client->receiveData('App\Events\Sent', 'ticks');
        $client->receiveData('App\Events\Sent', 'ticks');
        $installation->waitUntil(fn (): bool => substr_count($installation->log(), 'local.ERROR: The timer threw.') >= 2);

        $this->assertTrue($server->running());
    }

    #[Test]
    public function a_timer_that_takes_longer_than_its_time_does_not_overlap(): void
    {
        $installation = self::timing([[0.05, Timers::class.'@slow'], [0.05, Timers::class.'@slow']]);
        $server = $installation->start();
        $installation->waitUntil(fn (): bool => count($installation->events()) >= 10);
        $server->signal(SIGTERM);

        // It ends as soon as the call that it is in has ended.
        $this->assertSame(0, $server->exitStatus(3.0));
        $events = array_column($installation->events(), 'event');
        $this->assertSame(array_merge(...array_fill(0, intdiv(count($events), 2), ['begins', 'ends'])), $events);
    }

    #[Test]
    public function the_first_handler_may_come_while_the_server_runs(): void
    {
        $server = self::timing([[0.5, Timers::class.'@registers']])->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('private-room', 'app-secret');

        $client->receiveData('App\Events\Sent', 'private-room');
        $client->send(['event' => 'client-later', 'channel' => 'private-room', 'data' => []]);

        $this->assertSame([], $client->receiveData('answer', 'private-room'));
    }

    #[Test]
    public function a_timer_that_cannot_be_called_stops_the_start(): void
    {
        $start = self::timing([[5, 'App\Reverb\Missing']])->artisan(['reverb:start']);

        $this->assertSame(1, $start->run());
        $this->assertStringContainsString('The timer of every 5 seconds: there is no class App\Reverb\Missing.', $start->getOutput());
    }

    /**
     * @param  list<array{int|float, string}>  $timers
     */
    private static function timing(array $timers): Installation
    {
        return new Installation(['REVERB_SERVER_SOCKET' => 'false', 'TEST_TIMERS' => json_encode($timers, JSON_THROW_ON_ERROR)]);
    }

    private static function listener(ServerProcess $server): WebSocketClient
    {
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('ticks');

        return $client;
    }
}
