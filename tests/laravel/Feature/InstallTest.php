<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;
use Symfony\Component\Process\Process;

/**
 * reverb:install, in a copy of the application whose files it may change.
 */
final class InstallTest extends TestCase
{
    private string $app;

    private Installation $installation;

    protected function setUp(): void
    {
        $this->installation = new Installation;
        $this->app = "{$this->installation->storage}/app";
        $original = Installation::app();

        (new Process(['mkdir', $this->app]))->mustRun();
        foreach (['artisan', 'app', 'bootstrap', 'public', 'routes'] as $part) {
            (new Process(['cp', '-R', "{$original}/{$part}", $this->app]))->mustRun();
        }
        symlink("{$original}/vendor", "{$this->app}/vendor");
        copy("{$original}/composer.json", "{$this->app}/composer.json");
    }

    #[Test]
    public function it_writes_what_the_server_and_its_clients_need(): void
    {
        $this->write('.env', "APP_NAME=Mine\nBROADCAST_CONNECTION=log\n");
        $output = $this->install();

        $this->assertStringContainsString('Reverb installed successfully.', $output);
        $env = $this->read('.env');
        $this->assertStringStartsWith("APP_NAME=Mine\nBROADCAST_CONNECTION=reverb\n\nREVERB_APP_ID=", $env);
        $this->assertMatchesRegularExpression('/^REVERB_APP_ID=\d{6}$/m', $env);
        $this->assertMatchesRegularExpression('/^REVERB_APP_KEY=[a-z0-9]{20}$/m', $env);
        $this->assertMatchesRegularExpression('/^REVERB_APP_SECRET=[a-z0-9]{20}$/m', $env);
        $this->assertStringContainsString("REVERB_HOST=\"localhost\"\nREVERB_PORT=8080\nREVERB_SCHEME=http\n\nVITE_REVERB_APP_KEY=\"\${REVERB_APP_KEY}\"\n", $env);
        $this->assertFileEquals(Installation::root().'/php/config/reverb.php', $this->installation->config('reverb.php'));
        $this->assertFileExists("{$this->app}/routes/channels.php");
    }

    #[Test]
    public function what_is_there_stays_as_it_is(): void
    {
        $this->write('.env', "REVERB_APP_KEY=mine\nREVERB_PORT=443\n");
        $this->write('routes/channels.php', "<?php\n");
        file_put_contents($this->installation->config('reverb.php'), "<?php\n\nreturn [];\n");
        $this->install();
        $first = $this->read('.env');

        $this->assertStringStartsWith("REVERB_APP_KEY=mine\nREVERB_PORT=443\n", $first);
        $this->assertSame(1, substr_count($first, "\nREVERB_APP_ID="));
        $this->assertSame(1, preg_match_all('/^REVERB_APP_KEY=/m', $first));
        $this->assertStringEndsWith("\n\nBROADCAST_CONNECTION=reverb\n", $first);
        $this->assertSame("<?php\n\nreturn [];\n", file_get_contents($this->installation->config('reverb.php')));

        $this->install();

        $this->assertSame($first, $this->read('.env'));
    }

    #[Test]
    public function what_an_application_made_by_laravel_10_has_in_its_files_is_enabled_there(): void
    {
        $this->write('.env', "APP_NAME=Mine\n");
        $this->write('routes/channels.php', "<?php\n");
        file_put_contents(
            $this->installation->config('broadcasting.php'), "<?php\n\nreturn ['default' => env('BROADCAST_DRIVER', 'null'), 'connections' => [\n]];\n"
        );

        if (! is_file($app = $this->installation->config('app.php'))) {
            file_put_contents($app, "<?php\n\nreturn [\n        // App\\Providers\\BroadcastServiceProvider::class,\n];\n");
        }

        $this->install();

        $this->assertStringContainsString("\n        App\\Providers\\BroadcastServiceProvider::class,\n", (string) file_get_contents($app));
        $this->assertStringEndsWith("\n\nBROADCAST_DRIVER=reverb\n", $this->read('.env'));
    }

    #[Test]
    public function without_an_env_file_it_says_what_to_set(): void
    {
        $output = $this->install();

        $this->assertStringContainsString('set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET', $output);
        $this->assertFileDoesNotExist("{$this->app}/.env");
    }

    private function install(): string
    {
        $process = new Process(
            [PHP_BINARY, 'artisan', 'reverb:install', '--no-interaction', '--no-ansi'],
            $this->app,
            ['LARAVEL_STORAGE_PATH' => $this->installation->storage],
            timeout: 60,
        );
        $process->mustRun();

        return (string) preg_replace('/\s+/', ' ', $process->getOutput());
    }

    private function write(string $file, string $contents): void
    {
        file_put_contents("{$this->app}/{$file}", $contents);
    }

    private function read(string $file): string
    {
        return (string) file_get_contents("{$this->app}/{$file}");
    }
}
