<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * How `reverb:start` ends, and what does not end it.
 */
final class StopTest extends TestCase
{
    /**
     * @return array<string, array{int}>
     */
    public static function signals(): array
    {
        return ['SIGTERM' => [SIGTERM], 'SIGINT' => [SIGINT]];
    }

    #[Test]
    #[DataProvider('signals')]
    public function a_signal_ends_it_gracefully(int $signal): void
    {
        $server = (new Installation)->start();
        $client = WebSocketClient::connect($server->port);
        $server->signal($signal);

        $this->assertSame(4200, $client->waitForClose());
        $this->assertSame(0, $server->exitStatus());
        $this->assertStringContainsString('INFO  Gracefully terminating connections.', $server->output());
    }

    #[Test]
    public function reverb_restart_ends_every_server_gracefully(): void
    {
        $installation = new Installation;
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);

        $restart = $installation->artisan(['reverb:restart'])->mustRun();

        $this->assertSame('INFO  Broadcasting Reverb restart signal.', trim($restart->getOutput()));
        $this->assertSame(4200, $client->waitForClose());
        $this->assertSame(0, $server->exitStatus());
        $this->assertStringContainsString("INFO  Stopping server on 127.0.0.1:{$server->port}.", $server->output());
    }

    #[Test]
    public function an_earlier_restart_does_not_end_a_server_that_started_later(): void
    {
        $installation = new Installation;
        $installation->artisan(['reverb:restart'])->mustRun();
        $server = $installation->start();
        usleep(5_500_000);

        $this->assertTrue($server->running());
    }

    #[Test]
    public function a_cache_that_cannot_be_read_is_reported_and_ends_nothing(): void
    {
        $installation = new Installation(['CACHE_STORE' => 'redis', 'REDIS_CLIENT' => 'predis', 'REDIS_PORT' => '9']);
        $server = $installation->start();
        usleep(5_500_000);

        $this->assertTrue($server->running());
        $this->assertNotSame('', WebSocketClient::connect($server->port)->socketId);
        // Once at the start and once by the timer.
        $this->assertGreaterThanOrEqual(2, substr_count($installation->log(), 'local.ERROR: Connection refused [tcp://127.0.0.1:9]'));
    }

    /**
     * @return array<string, array{string, string}>
     */
    public static function throwing(): array
    {
        return [
            'a timer' => ['throws from a timer', 'The timer threw.'],
            'a hook' => ['throws from a hook', 'The hook threw.'],
        ];
    }

    #[Test]
    #[DataProvider('throwing')]
    public function what_code_in_the_server_throws_goes_to_the_exception_handler(string $behaviour, string $message): void
    {
        $installation = new Installation(['TEST_SERVER' => $behaviour]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('one');
        usleep(300_000);
        $client->subscribe('two');

        $this->assertTrue($server->running());
        $this->assertStringContainsString("local.ERROR: {$message}", $installation->log());

        $server->signal(SIGTERM);
        $this->assertSame(0, $server->exitStatus());
    }
}
