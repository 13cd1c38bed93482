<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * A prefix of every route, and requests that are signed without it.
 */
final class PrefixTest extends TestCase
{
    /**
     * @return array<string, array{list<string>, array<string, string>}>
     */
    public static function places(): array
    {
        return [
            'of the configuration' => [[], ['REVERB_SERVER_PATH' => '/realtime/ws']],
            'of the command line' => [['--path=/realtime/ws'], []],
            'of the command line, over that of the configuration' => [['--path=/realtime/ws'], ['REVERB_SERVER_PATH' => '/other']],
            'without a slash' => [['--path=realtime/ws'], []],
        ];
    }

    /**
     * @param  list<string>  $options
     * @param  array<string, string>  $environment
     */
    #[Test]
    #[DataProvider('places')]
    public function clients_connect_and_signed_requests_are_valid_below_a_prefix(array $options, array $environment): void
    {
        $installation = new Installation([
            ...$environment,
            'REVERB_SERVER_SOCKET' => 'false',
            'TEST_CONFIG' => json_encode(['broadcasting.connections.reverb.options.path' => '/realtime/ws'], JSON_THROW_ON_ERROR),
        ]);
        $server = $installation->start($options);
        $client = WebSocketClient::connect($server->port, prefix: '/realtime/ws');
        $client->subscribe('room');

        $result = $installation->broadcast(['now', 'room'], ['REVERB_PORT' => (string) $server->port]);

        $this->assertArrayNotHasKey('exception', $result, $result['message'] ?? '');
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
        $this->assertStringContainsString('404', get_headers("http://127.0.0.1:{$server->port}/up")[0] ?? '');
        $this->assertStringContainsString('200', get_headers("http://127.0.0.1:{$server->port}/realtime/ws/up")[0] ?? '');
    }
}
