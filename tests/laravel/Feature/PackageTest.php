<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\ComposerProject;
use Reverb\Laravel\Tests\Support\Installation;
use Reverb\Laravel\Tests\Support\WebSocketClient;

/**
 * The package in an application: how it gets there, and what it makes of what it finds.
 */
final class PackageTest extends TestCase
{
    #[Test]
    public function laravel_discovers_both_providers_by_their_known_names(): void
    {
        $packages = require Installation::app().'/bootstrap/cache/packages.php';

        $this->assertSame([
            'Laravel\Reverb\ApplicationManagerServiceProvider',
            'Laravel\Reverb\ReverbServiceProvider',
        ], $packages['reverb-native/laravel']['providers']);
    }

    #[Test]
    public function the_configuration_file_is_published_by_the_known_tags(): void
    {
        foreach (['reverb', 'reverb-config'] as $tag) {
            $installation = new Installation;
            $installation->artisan(['vendor:publish', "--tag={$tag}"])->mustRun();

            $this->assertFileEquals(Installation::root().'/php/config/reverb.php', $installation->config('reverb.php'));
        }
    }

    #[Test]
    public function a_file_without_our_settings_gets_them_and_keeps_its_own(): void
    {
        $installation = new Installation(['REVERB_DRAIN_WINDOW' => '2.5']);
        file_put_contents($installation->config('reverb.php'), <<<'PHP'
            <?php

            return ['servers' => ['reverb' => ['host' => '127.0.0.9', 'port' => 1234, 'hostname' => null]]];
            PHP);

        $config = json_decode(
            $installation->artisan(['test:config', 'reverb.servers.reverb'])->mustRun()->getOutput(), true
        );

        $this->assertSame('127.0.0.9', $config['host']);
        $this->assertSame(1234, $config['port']);
        $this->assertSame('2.5', $config['drain_window']);
        $this->assertSame('0660', $config['socket_mode']);
    }

    #[Test]
    public function the_server_starts_with_a_cached_configuration(): void
    {
        $installation = new Installation;
        $cache = ['APP_CONFIG_CACHE' => "{$installation->storage}/config.php"];
        $installation->artisan(['config:cache'], $cache)->mustRun();

        $server = $installation->start(environment: $cache);
        $client = WebSocketClient::connect($server->port);
        $client->subscribe('room');

        $this->assertArrayNotHasKey('exception', $installation->broadcast(['now', 'room'], $cache));
        $this->assertSame('hello', $client->receiveData('App\Events\Sent', 'room')['text']);
    }

    #[Test]
    public function composer_require_takes_the_place_of_the_package_that_it_replaces(): void
    {
        $installation = new Installation;
        $project = new ComposerProject(
            $installation->storage,
            ['require' => ['laravel/framework' => '*', 'laravel/reverb' => '^1.0', 'acme/dashboard' => '^1.0']],
            [
                // Stands for laravel/reverb: its name and version are all that Composer goes by.
                'laravel/reverb' => ['version' => '1.9.0'],
                'acme/dashboard' => ['version' => '1.0.0', 'require' => ['laravel/reverb' => '^1.8']],
            ],
        );
        $project->run('install');
        $this->assertSame('1.9.0', $project->locked('laravel/reverb'));
        $this->assertDirectoryExists("{$project->folder}/vendor/laravel/reverb");

        $output = $project->run('require', 'reverb-native/laravel:@dev');

        $this->assertStringContainsString('Removing laravel/reverb (1.9.0)', $output);
        $this->assertDirectoryDoesNotExist("{$project->folder}/vendor/laravel/reverb");
        $this->assertNull($project->locked('laravel/reverb'));
        $this->assertNotNull($project->locked('reverb-native/laravel'));
        // Others who need laravel/reverb have it, and so has the application, which may go on naming it.
        $this->assertSame('1.0.0', $project->locked('acme/dashboard'));
        $this->assertArrayHasKey('laravel/reverb', $project->required());
        $this->assertStringContainsString('Nothing to install, update or remove', $project->run('update'));

        $project->run('remove', 'laravel/reverb');
        $this->assertNotNull($project->locked('reverb-native/laravel'));
        $this->assertSame('1.0.0', $project->locked('acme/dashboard'));
    }
}
