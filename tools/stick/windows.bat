@echo off
rem Install the course from this stick, without a network (Windows x86_64): double-click, or windows.bat [folder]
setlocal
set "STICK=%~dp0"
set "TARGET=%~1"
if "%TARGET%"=="" set "TARGET=%USERPROFILE%\@FOLDER@"

set "FOUND="
for %%V in (@VERSIONS@) do if not defined FOUND py -%%V -c "import venv" >nul 2>&1 && set "FOUND=py -%%V"
for %%V in (@VERSIONS@) do if not defined FOUND python -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '%%V')" >nul 2>&1 && set "FOUND=python"
if not defined FOUND (
    echo No Python @OR@ was found: install one, see INSTALL.txt.
    pause
    exit /b 1
)

if exist "%TARGET%\course.toml" goto install
robocopy "%STICK%course" "%TARGET%" /E /XF course.toml /NFL /NDL /NJH /NJS >nul
if errorlevel 8 goto failed
copy /Y "%STICK%course\course.toml" "%TARGET%\course.toml" >nul || goto failed

:install
cd /d "%TARGET%" || goto failed
echo Installing into %TARGET%: a few minutes, without a network. Each package is named.
.venv\Scripts\python -m pip --version >nul 2>&1 || %FOUND% -m venv --clear .venv || goto failed
.venv\Scripts\python -m pip install --disable-pip-version-check --no-compile --no-index --find-links "%STICK%wheels" --no-deps --require-hashes --requirement "%STICK%requirements.lock" || goto failed
echo Installed. Start it, now and next time, with
echo     cd /d %TARGET%
echo     .venv\Scripts\python tools\copies.py lab
pause
exit /b 0

:failed
echo It could not be installed: show the lines above to a helper. Start windows.bat again, and it goes on.
pause
exit /b 1
