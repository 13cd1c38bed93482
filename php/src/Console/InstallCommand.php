<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\Command;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Filesystem\Filesystem;
use Illuminate\Foundation\Application;
use Illuminate\Support\Str;
use Symfony\Component\Console\Attribute\AsCommand;

use function Laravel\Prompts\confirm;

/**
 * Prepares an application for Reverb. Safe to run again: what is there is kept as it is.
 */
#[AsCommand(name: 'reverb:install')]
class InstallCommand extends Command
{
    private const CONNECTION = <<<'PHP'

            'reverb' => [
                'driver' => 'reverb',
                'key' => env('REVERB_APP_KEY'),
                'secret' => env('REVERB_APP_SECRET'),
                'app_id' => env('REVERB_APP_ID'),
                'options' => [
                    'host' => env('REVERB_HOST'),
                    'port' => env('REVERB_PORT', 443),
                    'scheme' => env('REVERB_SCHEME', 'https'),
                    'useTLS' => env('REVERB_SCHEME', 'https') === 'https',
                    'path' => env('REVERB_SERVER_PATH', ''),
                ],
            ],

    PHP;

    /** @var string */
    protected $signature = 'reverb:install';

    /** @var string */
    protected $description = 'Install the Reverb dependencies';

    public function handle(Application $app, Filesystem $files, Repository $config): int
    {
        $this->addEnvironmentVariables($app, $files);
        $this->callSilently('vendor:publish', ['--tag' => 'reverb-config']);
        $this->addConnection($app, $files, $config);
        $this->enableBroadcasting($app, $files);
        $this->chooseConnection($app, $files);

        $this->components->info('Reverb installed successfully.');

        return self::SUCCESS;
    }

    private function addEnvironmentVariables(Application $app, Filesystem $files): void
    {
        $file = $app->environmentFilePath();

        if ($files->missing($file)) {
            $this->components->warn("There is no {$file}: set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET where your environment is kept.");

            return;
        }

        $contents = $files->get($file);
        $blocks = [
            [
                'REVERB_APP_ID' => (string) random_int(100_000, 999_999),
                'REVERB_APP_KEY' => Str::lower(Str::random(20)),
                'REVERB_APP_SECRET' => Str::lower(Str::random(20)),
                'REVERB_HOST' => '"localhost"',
                'REVERB_PORT' => '8080',
                'REVERB_SCHEME' => 'http',
            ],
            [
                'VITE_REVERB_APP_KEY' => '"${REVERB_APP_KEY}"',
                'VITE_REVERB_HOST' => '"${REVERB_HOST}"',
                'VITE_REVERB_PORT' => '"${REVERB_PORT}"',
                'VITE_REVERB_SCHEME' => '"${REVERB_SCHEME}"',
            ],
        ];

        foreach ($blocks as $block) {
            $missing = '';

            foreach ($block as $name => $value) {
                if (preg_match("/^{$name}=/m", $contents) !== 1) {
                    $missing .= "{$name}={$value}\n";
                }
            }

            if ($missing !== '') {
                $contents = rtrim($contents)."\n\n{$missing}";
            }
        }

        $files->put($file, $contents);
    }

    /**
     * Laravel has the connection by itself, since 11 and unless the application chose not to merge
     * Laravel's own configuration with its files.
     */
    private function addConnection(Application $app, Filesystem $files, Repository $config): void
    {
        if ($config->has('broadcasting.connections.reverb')) {
            return;
        }

        $file = $app->configPath('broadcasting.php');
        $contents = $files->exists($file) ? $files->get($file) : '';
        $with = preg_replace('/(\'connections\'\s*=>\s*\[\n)/', '$1'.self::CONNECTION, $contents, 1, $count);

        if ($with === null || $count === 0) {
            $this->components->warn("Add this to the connections of {$file}:\n".self::CONNECTION);

            return;
        }

        $files->put($file, $with);
    }

    /**
     * Laravel's own command makes the routes and the client's configuration; it needs the file of
     * the environment.
     */
    private function enableBroadcasting(Application $app, Filesystem $files): void
    {
        $this->enableServiceProvider($app, $files);

        if ($files->exists($app->basePath('routes/channels.php')) || $files->missing($app->environmentFilePath())) {
            return;
        }

        // Laravel 10 has no such command, and applications of it the routes from the start.
        if ($this->getApplication()?->has('install:broadcasting') !== true) {
            return;
        }

        if (! confirm('Would you like to enable event broadcasting?', default: true)) {
            return;
        }

        $options = ['--without-reverb' => true, '--without-node' => true, '--no-interaction' => true];

        // Laravel 11 began without this one, and asks where later ones are not told.
        if ($this->getApplication()->find('install:broadcasting')->getDefinition()->hasOption('reverb') === true) {
            $options['--reverb'] = true;
        }

        $this->call('install:broadcasting', $options);
    }

    /**
     * An application of Laravel 10 has it among its providers, as a comment.
     */
    private function enableServiceProvider(Application $app, Filesystem $files): void
    {
        $file = $app->configPath('app.php');
        $provider = 'App\Providers\BroadcastServiceProvider::class';

        if ($files->exists($file) && str_contains($files->get($file), "// {$provider}")) {
            $files->replaceInFile("// {$provider}", $provider, $file);
        }
    }

    private function chooseConnection(Application $app, Filesystem $files): void
    {
        $file = $app->environmentFilePath();

        if ($files->missing($file) || ! confirm('Would you like to enable the Reverb broadcasting driver?', default: true)) {
            return;
        }

        $contents = $files->get($file);
        $chosen = preg_replace('/^(BROADCAST_(?:CONNECTION|DRIVER))=.*$/m', '$1=reverb', $contents, -1, $count);

        $files->put($file, $count > 0 && $chosen !== null ? $chosen : rtrim($contents)."\n\n{$this->connectionVariable($app, $files)}=reverb\n");
    }

    /**
     * As the application's own file, which it has had since Laravel 10 or earlier, calls it.
     */
    private function connectionVariable(Application $app, Filesystem $files): string
    {
        $file = $app->configPath('broadcasting.php');

        return $files->exists($file) && str_contains($files->get($file), 'BROADCAST_DRIVER') ? 'BROADCAST_DRIVER' : 'BROADCAST_CONNECTION';
    }
}
