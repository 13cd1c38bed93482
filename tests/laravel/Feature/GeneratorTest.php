<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;
use Symfony\Component\Process\Process;

/**
 * `php artisan make:client-event-handler`, in the application's own folder.
 */
final class GeneratorTest extends TestCase
{
    private string $file;

    private string $stub;

    protected function setUp(): void
    {
        $this->file = Installation::app().'/app/Reverb/Handlers/MadeHandler.php';
        $this->stub = Installation::app().'/stubs/client-event-handler.stub';
        $this->cleanUp();
    }

    protected function tearDown(): void
    {
        $this->cleanUp();
    }

    /**
     * @return array<string, array{list<string>, bool}>
     */
    public static function kinds(): array
    {
        return ['plain' => [[], false], 'queued' => [['--queued'], true]];
    }

    /**
     * @param  list<string>  $options
     */
    #[Test]
    #[DataProvider('kinds')]
    public function a_handler_is_made_that_the_server_calls(array $options, bool $queued): void
    {
        $made = (new Installation)->artisan(['make:client-event-handler', 'MadeHandler', ...$options])->mustRun();

        $this->assertStringContainsString(
            "Register it in routes/reverb.php: Reverb::on('client-typing', 'private-chat.{room}', \\App\\Reverb\\Handlers\\MadeHandler::class);",
            $made->getOutput()
        );
        $this->assertSame($queued, str_contains((string) file_get_contents($this->file), 'implements ShouldQueue'));

        // What a developer writes into it.
        file_put_contents($this->file, preg_replace(
            '/(public function handle.*?\{\s*)\/\//s', '$1$event->reply("made");', (string) file_get_contents($this->file)
        ));
        $server = (new Installation(['TEST_HANDLERS' => json_encode([
            ['client-typing', 'private-chat.{room}', 'App\Reverb\Handlers\MadeHandler'],
        ], JSON_THROW_ON_ERROR)]))->start();
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('private-chat.7', 'app-secret');
        $client->send(['event' => 'client-typing', 'channel' => 'private-chat.7', 'data' => []]);

        $this->assertSame(['event' => 'made', 'data' => '[]', 'channel' => 'private-chat.7'], $client->receive());
    }

    #[Test]
    public function a_handler_that_is_there_stays_unless_forced(): void
    {
        $installation = new Installation;
        $installation->artisan(['make:client-event-handler', 'MadeHandler'])->mustRun();
        file_put_contents($this->file, '<?php // mine');

        $again = $installation->artisan(['make:client-event-handler', 'MadeHandler']);
        $again->run();
        $this->assertStringContainsString('already exists', $again->getOutput());
        $this->assertStringNotContainsString('Register it', $again->getOutput());
        $this->assertSame('<?php // mine', file_get_contents($this->file));

        $installation->artisan(['make:client-event-handler', 'MadeHandler', '--force'])->mustRun();
        $this->assertStringContainsString('class MadeHandler', (string) file_get_contents($this->file));
    }

    #[Test]
    public function the_application_may_have_a_stub_of_its_own(): void
    {
        $installation = new Installation;
        $installation->artisan(['vendor:publish', '--tag=reverb-stubs'])->mustRun();
        $this->assertStringContainsString('class {{ class }}', (string) file_get_contents($this->stub));
        file_put_contents($this->stub, '<?php // {{ class }} of ours');

        $installation->artisan(['make:client-event-handler', 'MadeHandler', '--event=client-x', '--channel=presence-y'])->mustRun();

        $this->assertSame('<?php // MadeHandler of ours', file_get_contents($this->file));
    }

    private function cleanUp(): void
    {
        (new Process(['rm', '-rf', dirname($this->file), dirname($this->stub)]))->mustRun();
    }
}
