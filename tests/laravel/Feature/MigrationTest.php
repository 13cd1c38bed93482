<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\MigratedApplication;
use Reverb\Laravel\Tests\Support\Visitor;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * An application that was made for laravel/reverb, and has only required this package instead.
 */
final class MigrationTest extends TestCase
{
    private const KEY = 'wbmhrdzyxnqatokvfjls';

    /**
     * @return array<string, array{string}>
     */
    public static function versions(): array
    {
        return ['published by 1.10' => ['1.10'], 'published by 1.0' => ['1.0']];
    }

    #[Test]
    #[DataProvider('versions')]
    public function an_application_of_laravel_reverb_runs_as_it_is(string $version): void
    {
        $application = new MigratedApplication($version);
        $files = $application->files();
        $application->migrate();
        $application->artisan(['migrate', '--force'])->mustRun();
        $server = $application->start(['REVERB_DRAIN_WINDOW' => '0.2']);
        $web = $application->web($port = MigratedApplication::freePort());

        $ana = new Visitor('ana', self::KEY, $application->port, $port, order: 7);
        $ana->sees('subscribed');
        $this->assertSame(['ana'], $ana->sees('here'));
        $ben = new Visitor('ben', self::KEY, $application->port, $port, order: 7);
        $socket = $ben->sees('connected');
        $ben->sees('subscribed');
        $this->assertSame(['ana', 'ben'], $ben->sees('here'));
        $this->assertSame('ben', $ana->sees('joining'));

        // From a controller, to all but the one who asked for it.
        $this->assertSame('shipped', self::get($port, '/orders/7/ship', "X-Socket-ID: {$socket}"));
        $this->assertSame(['order' => 7, 'by' => 'controller'], $ana->sees('OrderShipped'));

        // From the queue: an event that is queued itself, and one of a job.
        $this->assertSame('queued', self::get($port, '/orders/7/queue'));
        $application->artisan(['queue:work', '--stop-when-empty'])->mustRun();
        $this->assertSame(['order' => 7], $ana->sees('OrderQueued'));
        $this->assertSame(['order' => 7], $ben->sees('OrderQueued'));
        $this->assertSame(['order' => 7, 'by' => 'job'], $ben->sees('OrderShipped'));
        $this->assertSame(['order' => 7, 'by' => 'job'], $ana->sees('OrderShipped'));

        // From a listener of what a client said, who answers it, too.
        $ben->whispers('question', ['text' => 'How much?']);
        $this->assertSame(
            ['question' => 'How much?', 'id' => $socket, 'app' => '482915', 'origin' => null], $ben->sees('answer')
        );
        $ben->whispers('ship', ['order' => 7]);
        $this->assertSame(['order' => 7, 'by' => 'listener'], $ana->sees('OrderShipped'));

        // Disconnected by a listener, it comes back as somebody else.
        $ben->whispers('goodbye');
        $this->assertSame('ben', $ana->sees('leaving'));
        $this->assertNotSame($socket, $ben->sees('connected'));
        $this->assertSame('ben', $ana->sees('joining'));
        $ben->leaves();
        $this->assertSame('ben', $ana->sees('leaving'));
        $this->assertSame([], array_diff($ana->unseen(), ['connected']));

        // Who may not listen is told so.
        $stranger = new Visitor('eva', self::KEY, $application->port, $port, order: 700);
        $stranger->sees('refused');

        $application->artisan(['reverb:restart'])->mustRun();
        $this->assertSame(0, $server->exitStatus());
        $this->assertStringContainsString("Starting server on 127.0.0.1:{$application->port} (localhost)", $server->output());
        $this->assertSame($files, $application->files());
        $this->assertSame('', $application->log('laravel.log'));
        $web->stop(0);
    }

    #[Test]
    public function a_provider_of_the_application_is_asked_for_who_connects(): void
    {
        $application = new MigratedApplication('1.10');
        file_put_contents("{$application->folder}/.env", "TENANTS=true\n", FILE_APPEND);
        $application->migrate();
        $application->artisan(['migrate', '--force'])->mustRun();
        $server = $application->start(['REVERB_DRAIN_WINDOW' => '0.2']);
        $web = $application->web($port = MigratedApplication::freePort());

        // A tenant who came after the server had started.
        $database = new \PDO("sqlite:{$application->folder}/database/database.sqlite");
        $database->exec("insert into tenants (app_id, key, secret) values ('482915', '".self::KEY."', 'qkvnzoyrtmcgpwdxhjbe')");

        $ana = new Visitor('ana', self::KEY, $application->port, $port, order: 7);
        $ana->sees('subscribed');
        $this->assertSame('shipped', self::get($port, '/orders/7/ship'));
        $this->assertSame(['order' => 7, 'by' => 'controller'], $ana->sees('OrderShipped'));
        $ana->whispers('question', ['text' => 'Who am I?']);
        $this->assertSame('482915', $ana->sees('answer')['app']);

        // Nobody's key, twice: the provider is asked once.
        foreach ([1, 2] as $attempt) {
            try {
                WebSocketClient::connect($application->port, 'nobodys-key');
                $this->fail('Somebody connected with nobody\'s key.');
            } catch (\RuntimeException $refusal) {
                $this->assertStringContainsString('4001', $refusal->getMessage());
            }
        }

        $this->assertStringContainsString('key '.self::KEY, $application->log('asked.log'));
        $this->assertSame(1, substr_count($application->log('asked.log'), 'key nobodys-key'));
        $this->assertTrue($server->running());
        $this->assertSame('', $application->log('laravel.log'));
        $web->stop(0);
    }

    private static function get(int $port, string $path, string $header = ''): string
    {
        return (string) file_get_contents("http://127.0.0.1:{$port}{$path}", context: stream_context_create([
            'http' => ['header' => $header, 'ignore_errors' => true],
        ]));
    }
}
