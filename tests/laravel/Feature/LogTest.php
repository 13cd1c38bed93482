<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use Laravel\Reverb\Loggers\StandardLogger;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * Where the lines of the server's log go.
 */
final class LogTest extends TestCase
{
    #[Test]
    public function a_logger_that_the_application_binds_gets_them(): void
    {
        $installation = new Installation(['TEST_LOGGER' => StandardLogger::class]);
        $server = $installation->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');
        $client->send(['event' => 'pusher:subscribe', 'data' => ['channel' => 'private-room']]);
        $client->receive();
        usleep(200_000);

        $this->assertStringContainsString("local.INFO: Connection Established: {$client->socketId}", $installation->log());
        $this->assertStringContainsString("local.INFO: Message Received: {$client->socketId}", $installation->log());
        $this->assertStringContainsString("local.INFO: {\n    \"event\": \"pusher:subscribe\",\n    \"data\": {\n        \"channel\": \"room\"\n    }\n}", $installation->log());
        $this->assertStringContainsString("local.ERROR: Message from {$client->socketId} resulted in a pusher error", $installation->log());
        $this->assertStringNotContainsString('Connection Established', $server->output());
    }

    #[Test]
    public function with_debug_they_go_to_the_terminal_whatever_is_bound(): void
    {
        $installation = new Installation(['TEST_LOGGER' => StandardLogger::class]);
        $server = $installation->start(['--debug']);
        $client = WebSocketClient::connect($server->port);

        $server->waitForOutput($client->socketId);
        $this->assertSame('', $installation->log());
    }

    #[Test]
    public function listeners_write_among_them(): void
    {
        $server = (new Installation(['TEST_SERVER' => 'logs from a hook']))->start(['--debug']);
        WebSocketClient::connect($server->port)->subscribe('room');

        $server->waitForOutput('Somebody Came');
        $this->assertMatchesRegularExpression('/^  Somebody Came \.+ room\s*$/m', $server->output());
    }

    #[Test]
    public function a_refused_message_is_an_error_with_its_reason(): void
    {
        $server = (new Installation)->start(['--debug']);
        $client = WebSocketClient::connect($server->port);
        $client->send(['event' => 'pusher:subscribe', 'data' => ['channel' => 'private-room']]);

        $server->waitForOutput('Connection is unauthorized');
        $this->assertMatchesRegularExpression(
            '/\[ERROR\] Message from '.preg_quote($client->socketId, '/').' resulted in a pusher error\s+Connection is unauthorized \.+/', $server->output()
        );
    }
}
